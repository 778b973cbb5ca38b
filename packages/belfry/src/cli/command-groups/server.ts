import type { CommandGroup } from "../command-group.ts";

export const SERVER: CommandGroup = {
  title: "Server:",
  entries: [
    {
      name: "start",
      load: async () => (await import("../commands/start.ts")).startCommand,
      reach: "folder",
      seeAlso: ["config", "tick"],
    },
    {
      name: "tick",
      load: async () => (await import("../commands/tick.ts")).tickCommand,
      reach: "folder",
      seeAlso: ["start"],
    },
    {
      name: "api",
      load: async () => (await import("../commands/api.ts")).apiCommand,
      reach: "database",
      seeAlso: ["scheduler", "worker", "start", "config"],
    },
    {
      name: "scheduler",
      load: async () => (await import("../commands/scheduler.ts")).schedulerCommand,
      reach: "database",
      seeAlso: ["api", "worker", "tick"],
    },
    {
      name: "worker",
      load: async () => (await import("../commands/worker.ts")).workerCommand,
      reach: "database",
      seeAlso: ["api", "scheduler", "workers"],
    },
    {
      name: "workers",
      load: async () => (await import("../commands/workers.ts")).workersCommand,
      reach: "server",
      seeAlso: ["worker", "stats"],
    },
    {
      name: "migrate",
      load: async () => (await import("../commands/migrate.ts")).migrateCommand,
      reach: "database",
      seeAlso: ["start", "doctor"],
    },
    {
      name: "move",
      load: async () => (await import("../commands/move.ts")).moveCommand,
      reach: "stores",
      seeAlso: ["migrate", "doctor", "workers"],
    },
    {
      name: "doctor",
      load: async () => (await import("../commands/doctor.ts")).doctorCommand,
      reach: "doctor",
      seeAlso: ["config", "servers", "login"],
    },
  ],
};
