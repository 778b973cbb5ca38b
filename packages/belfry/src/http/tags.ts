/** How the document groups the operations, in its order. */
export const TAGS = {
  reminders: "One schedule, one content, one target: made, read, changed, rung and cancelled.",
  schedules: "What a schedule would do, before it is used.",
  recipients: "Who is reminded: their names, addresses, zone, dates and tags.",
  campaigns: "One schedule and one content for all recipients that an audience means.",
  calendar: "What stands in recipients' calendars, and the addresses at which these can be read.",
  deliveries: "What became of each occurrence: its attempts and its story; and sending it again.",
  links:
    "What the links in messages lead to: whoever has one needs no key. There are some only with `BELFRY_PUBLIC_URL`.",
  events: "What is happening, as it happens.",
  stats: "How things stand, in numbers.",
  endpoints: "Named webhook destinations: their URL and secrets change, what points to them stays.",
  inbox: "The channel that needs no set-up: what it received.",
  keys: "Who may come in, and what they may do there.",
  tenants: "Who owns data: nothing crosses from one to another. For the operator alone.",
  workers: "The processes that work on the store. For the operator alone.",
  health: "Whether the server is up and can be given work.",
  about: "What this server is, and what it offers.",
} as const satisfies Record<string, string>;

export type Tag = keyof typeof TAGS;
