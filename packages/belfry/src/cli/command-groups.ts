import type { Command } from "commander";
import type { CliContext } from "./context.ts";

/**
 * What a command works with, as its help tells: the server that is chosen, the one it is given, all
 * there is, a data folder, a database, stores that it is told, or this machine alone.
 */
export type Reach = "server" | "login" | "doctor" | "folder" | "database" | "stores" | "machine";

/** A command, and what the help says of it besides its own words. */
export interface CommandEntry {
  /** The first word of the command line. */
  name: string;
  /** Loads what makes it: most calls are of one command, and shall not wait for the others. */
  load(): Promise<(context: CliContext) => Command>;
  reach: Reach;
  /** Commands that its help points to: `list`. */
  seeAlso: readonly string[];
}

/** Commands that stand together in `belfry --help`. */
export interface CommandGroup {
  title: string;
  entries: readonly CommandEntry[];
}

/** Every command of Belfry, in the order in which a newcomer reads them. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    title: "Reminders:",
    entries: [
      {
        name: "add",
        load: async () => (await import("./commands/add.ts")).addCommand,
        reach: "server",
        seeAlso: ["preview", "list", "show"],
      },
      {
        name: "preview",
        load: async () => (await import("./commands/preview.ts")).previewCommand,
        reach: "server",
        seeAlso: ["simulate", "add"],
      },
      {
        name: "simulate",
        load: async () => (await import("./commands/simulate.ts")).simulateCommand,
        reach: "server",
        seeAlso: ["preview", "explain"],
      },
      {
        name: "list",
        load: async () => (await import("./commands/list.ts")).listCommand,
        reach: "server",
        seeAlso: ["show", "cancel", "deliveries"],
      },
      {
        name: "show",
        load: async () => (await import("./commands/show.ts")).showCommand,
        reach: "server",
        seeAlso: ["explain", "list", "deliveries"],
      },
      {
        name: "explain",
        load: async () => (await import("./commands/explain.ts")).explainCommand,
        reach: "server",
        seeAlso: ["show", "preview"],
      },
      {
        name: "edit",
        load: async () => (await import("./commands/edit.ts")).editCommand,
        reach: "server",
        seeAlso: ["show", "add", "preview"],
      },
      {
        name: "pause",
        load: async () => (await import("./commands/pause.ts")).pauseCommand,
        reach: "server",
        seeAlso: ["resume", "skip", "cancel"],
      },
      {
        name: "resume",
        load: async () => (await import("./commands/resume.ts")).resumeCommand,
        reach: "server",
        seeAlso: ["pause", "show"],
      },
      {
        name: "skip",
        load: async () => (await import("./commands/skip.ts")).skipCommand,
        reach: "server",
        seeAlso: ["show", "pause"],
      },
      {
        name: "snooze",
        load: async () => (await import("./commands/snooze.ts")).snoozeCommand,
        reach: "server",
        seeAlso: ["acknowledge", "trigger", "show"],
      },
      {
        name: "trigger",
        load: async () => (await import("./commands/trigger.ts")).triggerCommand,
        reach: "server",
        seeAlso: ["snooze", "show"],
      },
      {
        name: "cancel",
        load: async () => (await import("./commands/cancel.ts")).cancelCommand,
        reach: "server",
        seeAlso: ["list", "show"],
      },
      {
        name: "export",
        load: async () => (await import("./commands/export.ts")).exportCommand,
        reach: "server",
        seeAlso: ["import", "list"],
      },
      {
        name: "import",
        load: async () => (await import("./commands/import.ts")).importCommand,
        reach: "server",
        seeAlso: ["export", "add"],
      },
    ],
  },
  {
    title: "People:",
    entries: [
      {
        name: "recipients",
        load: async () => (await import("./commands/recipients.ts")).recipientsCommand,
        reach: "server",
        seeAlso: ["add", "list"],
      },
      {
        name: "calendar",
        load: async () => (await import("./commands/calendar.ts")).calendarCommand,
        reach: "server",
        seeAlso: ["recipients", "inbox"],
      },
      {
        name: "campaign",
        load: async () => (await import("./commands/campaign.ts")).campaignCommand,
        reach: "server",
        seeAlso: ["campaigns", "recipients"],
      },
      {
        name: "campaigns",
        load: async () => (await import("./commands/campaigns.ts")).campaignsCommand,
        reach: "server",
        seeAlso: ["campaign", "recipients"],
      },
    ],
  },
  {
    title: "Deliveries:",
    entries: [
      {
        name: "deliveries",
        load: async () => (await import("./commands/deliveries.ts")).deliveriesCommand,
        reach: "server",
        seeAlso: ["show", "retry"],
      },
      {
        name: "acknowledge",
        load: async () => (await import("./commands/acknowledge.ts")).acknowledgeCommand,
        reach: "server",
        seeAlso: ["snooze", "deliveries", "show"],
      },
      {
        name: "retry",
        load: async () => (await import("./commands/retry.ts")).retryCommand,
        reach: "server",
        seeAlso: ["deliveries", "redrive", "show"],
      },
      {
        name: "redrive",
        load: async () => (await import("./commands/redrive.ts")).redriveCommand,
        reach: "server",
        seeAlso: ["retry", "deliveries"],
      },
      {
        name: "watch",
        load: async () => (await import("./commands/watch.ts")).watchCommand,
        reach: "server",
        seeAlso: ["stats", "show"],
      },
      {
        name: "stats",
        load: async () => (await import("./commands/stats.ts")).statsCommand,
        reach: "server",
        seeAlso: ["watch", "deliveries"],
      },
      {
        name: "endpoints",
        load: async () => (await import("./commands/endpoints.ts")).endpointsCommand,
        reach: "server",
        seeAlso: ["add", "deliveries"],
      },
      {
        name: "inbox",
        load: async () => (await import("./commands/inbox.ts")).inboxCommand,
        reach: "server",
        seeAlso: ["add", "deliveries"],
      },
    ],
  },
  {
    title: "Server:",
    entries: [
      {
        name: "start",
        load: async () => (await import("./commands/start.ts")).startCommand,
        reach: "folder",
        seeAlso: ["config", "tick"],
      },
      {
        name: "tick",
        load: async () => (await import("./commands/tick.ts")).tickCommand,
        reach: "folder",
        seeAlso: ["start"],
      },
      {
        name: "api",
        load: async () => (await import("./commands/api.ts")).apiCommand,
        reach: "database",
        seeAlso: ["scheduler", "worker", "start", "config"],
      },
      {
        name: "scheduler",
        load: async () => (await import("./commands/scheduler.ts")).schedulerCommand,
        reach: "database",
        seeAlso: ["api", "worker", "tick"],
      },
      {
        name: "worker",
        load: async () => (await import("./commands/worker.ts")).workerCommand,
        reach: "database",
        seeAlso: ["api", "scheduler", "workers"],
      },
      {
        name: "workers",
        load: async () => (await import("./commands/workers.ts")).workersCommand,
        reach: "server",
        seeAlso: ["worker", "stats"],
      },
      {
        name: "migrate",
        load: async () => (await import("./commands/migrate.ts")).migrateCommand,
        reach: "database",
        seeAlso: ["start", "doctor"],
      },
      {
        name: "move",
        load: async () => (await import("./commands/move.ts")).moveCommand,
        reach: "stores",
        seeAlso: ["migrate", "doctor", "workers"],
      },
      {
        name: "doctor",
        load: async () => (await import("./commands/doctor.ts")).doctorCommand,
        reach: "doctor",
        seeAlso: ["config", "servers", "login"],
      },
    ],
  },
  {
    title: "Access:",
    entries: [
      {
        name: "login",
        load: async () => (await import("./commands/login.ts")).loginCommand,
        reach: "login",
        seeAlso: ["servers", "logout", "keys", "doctor"],
      },
      {
        name: "logout",
        load: async () => (await import("./commands/logout.ts")).logoutCommand,
        reach: "machine",
        seeAlso: ["login", "servers", "keys"],
      },
      {
        name: "servers",
        load: async () => (await import("./commands/servers.ts")).serversCommand,
        reach: "machine",
        seeAlso: ["login", "logout"],
      },
      {
        name: "keys",
        load: async () => (await import("./commands/keys.ts")).keysCommand,
        reach: "server",
        seeAlso: ["login", "tenants"],
      },
      {
        name: "tenants",
        load: async () => (await import("./commands/tenants.ts")).tenantsCommand,
        reach: "server",
        seeAlso: ["keys"],
      },
    ],
  },
  {
    title: "This command line:",
    entries: [
      {
        name: "config",
        load: async () => (await import("./commands/config.ts")).configCommand,
        reach: "machine",
        seeAlso: ["start", "servers"],
      },
      {
        name: "completion",
        load: async () => (await import("./commands/completion.ts")).completionCommand,
        reach: "machine",
        seeAlso: ["help"],
      },
      {
        name: "help",
        load: async () => (await import("./commands/help.ts")).helpCommand,
        reach: "machine",
        seeAlso: [],
      },
    ],
  },
];
