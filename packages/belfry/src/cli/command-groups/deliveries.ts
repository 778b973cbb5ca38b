import type { CommandGroup } from "../command-group.ts";

export const DELIVERIES: CommandGroup = {
  title: "Deliveries:",
  entries: [
    {
      name: "deliveries",
      load: async () => (await import("../commands/deliveries.ts")).deliveriesCommand,
      reach: "server",
      seeAlso: ["show", "retry"],
    },
    {
      name: "acknowledge",
      load: async () => (await import("../commands/acknowledge.ts")).acknowledgeCommand,
      reach: "server",
      seeAlso: ["snooze", "deliveries", "show"],
    },
    {
      name: "retry",
      load: async () => (await import("../commands/retry.ts")).retryCommand,
      reach: "server",
      seeAlso: ["deliveries", "redrive", "show"],
    },
    {
      name: "redrive",
      load: async () => (await import("../commands/redrive.ts")).redriveCommand,
      reach: "server",
      seeAlso: ["retry", "deliveries"],
    },
    {
      name: "watch",
      load: async () => (await import("../commands/watch.ts")).watchCommand,
      reach: "server",
      seeAlso: ["stats", "show"],
    },
    {
      name: "stats",
      load: async () => (await import("../commands/stats.ts")).statsCommand,
      reach: "server",
      seeAlso: ["watch", "deliveries"],
    },
    {
      name: "endpoints",
      load: async () => (await import("../commands/endpoints.ts")).endpointsCommand,
      reach: "server",
      seeAlso: ["add", "deliveries"],
    },
    {
      name: "inbox",
      load: async () => (await import("../commands/inbox.ts")).inboxCommand,
      reach: "server",
      seeAlso: ["add", "deliveries"],
    },
  ],
};
