import type { CommandGroup } from "../command-group.ts";

export const REMINDERS: CommandGroup = {
  title: "Reminders:",
  entries: [
    {
      name: "add",
      load: async () => (await import("../commands/add.ts")).addCommand,
      reach: "server",
      seeAlso: ["preview", "list", "show"],
    },
    {
      name: "preview",
      load: async () => (await import("../commands/preview.ts")).previewCommand,
      reach: "server",
      seeAlso: ["simulate", "add"],
    },
    {
      name: "simulate",
      load: async () => (await import("../commands/simulate.ts")).simulateCommand,
      reach: "server",
      seeAlso: ["preview", "explain"],
    },
    {
      name: "list",
      load: async () => (await import("../commands/list.ts")).listCommand,
      reach: "server",
      seeAlso: ["show", "cancel", "deliveries"],
    },
    {
      name: "show",
      load: async () => (await import("../commands/show.ts")).showCommand,
      reach: "server",
      seeAlso: ["explain", "list", "deliveries"],
    },
    {
      name: "explain",
      load: async () => (await import("../commands/explain.ts")).explainCommand,
      reach: "server",
      seeAlso: ["show", "preview"],
    },
    {
      name: "edit",
      load: async () => (await import("../commands/edit.ts")).editCommand,
      reach: "server",
      seeAlso: ["show", "add", "preview"],
    },
    {
      name: "pause",
      load: async () => (await import("../commands/pause.ts")).pauseCommand,
      reach: "server",
      seeAlso: ["resume", "skip", "cancel"],
    },
    {
      name: "resume",
      load: async () => (await import("../commands/resume.ts")).resumeCommand,
      reach: "server",
      seeAlso: ["pause", "show"],
    },
    {
      name: "skip",
      load: async () => (await import("../commands/skip.ts")).skipCommand,
      reach: "server",
      seeAlso: ["show", "pause"],
    },
    {
      name: "snooze",
      load: async () => (await import("../commands/snooze.ts")).snoozeCommand,
      reach: "server",
      seeAlso: ["acknowledge", "trigger", "show"],
    },
    {
      name: "trigger",
      load: async () => (await import("../commands/trigger.ts")).triggerCommand,
      reach: "server",
      seeAlso: ["snooze", "show"],
    },
    {
      name: "cancel",
      load: async () => (await import("../commands/cancel.ts")).cancelCommand,
      reach: "server",
      seeAlso: ["list", "show"],
    },
    {
      name: "export",
      load: async () => (await import("../commands/export.ts")).exportCommand,
      reach: "server",
      seeAlso: ["import", "list"],
    },
    {
      name: "import",
      load: async () => (await import("../commands/import.ts")).importCommand,
      reach: "server",
      seeAlso: ["export", "add"],
    },
  ],
};
