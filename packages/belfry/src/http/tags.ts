/** How the document groups the operations, in its order. */
export const TAGS = {
  reminders: "One schedule, one content, one target: made, listed, read and cancelled.",
  schedules: "What a schedule would do, before it is used.",
  deliveries: "What became of each occurrence: its attempts and its story; and sending it again.",
  endpoints: "Named webhook destinations: their URL and secrets change, what points to them stays.",
  inbox: "The channel that needs no set-up: what it received.",
  health: "Whether the server is up and can be given work.",
  about: "What this server is, and what it offers.",
} as const satisfies Record<string, string>;

export type Tag = keyof typeof TAGS;
