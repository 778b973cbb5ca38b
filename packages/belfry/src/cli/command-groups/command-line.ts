import type { CommandGroup } from "../command-group.ts";

export const COMMAND_LINE: CommandGroup = {
  title: "This command line:",
  entries: [
    {
      name: "config",
      load: async () => (await import("../commands/config.ts")).configCommand,
      reach: "machine",
      seeAlso: ["start", "servers"],
    },
    {
      name: "completion",
      load: async () => (await import("../commands/completion.ts")).completionCommand,
      reach: "machine",
      seeAlso: ["help"],
    },
    {
      name: "help",
      load: async () => (await import("../commands/help.ts")).helpCommand,
      reach: "machine",
      seeAlso: [],
    },
  ],
};
