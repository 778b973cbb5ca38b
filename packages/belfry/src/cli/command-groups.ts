import type { Command } from "commander";
import { acknowledgeCommand } from "./commands/acknowledge.ts";
import { addCommand } from "./commands/add.ts";
import { apiCommand } from "./commands/api.ts";
import { calendarCommand } from "./commands/calendar.ts";
import { campaignCommand } from "./commands/campaign.ts";
import { campaignsCommand } from "./commands/campaigns.ts";
import { cancelCommand } from "./commands/cancel.ts";
import { completionCommand } from "./commands/completion.ts";
import { configCommand } from "./commands/config.ts";
import { deliveriesCommand } from "./commands/deliveries.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { editCommand } from "./commands/edit.ts";
import { endpointsCommand } from "./commands/endpoints.ts";
import { explainCommand } from "./commands/explain.ts";
import { exportCommand } from "./commands/export.ts";
import { helpCommand } from "./commands/help.ts";
import { importCommand } from "./commands/import.ts";
import { inboxCommand } from "./commands/inbox.ts";
import { keysCommand } from "./commands/keys.ts";
import { listCommand } from "./commands/list.ts";
import { loginCommand } from "./commands/login.ts";
import { logoutCommand } from "./commands/logout.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { moveCommand } from "./commands/move.ts";
import { pauseCommand } from "./commands/pause.ts";
import { previewCommand } from "./commands/preview.ts";
import { recipientsCommand } from "./commands/recipients.ts";
import { redriveCommand } from "./commands/redrive.ts";
import { resumeCommand } from "./commands/resume.ts";
import { retryCommand } from "./commands/retry.ts";
import { schedulerCommand } from "./commands/scheduler.ts";
import { serversCommand } from "./commands/servers.ts";
import { showCommand } from "./commands/show.ts";
import { simulateCommand } from "./commands/simulate.ts";
import { skipCommand } from "./commands/skip.ts";
import { snoozeCommand } from "./commands/snooze.ts";
import { startCommand } from "./commands/start.ts";
import { statsCommand } from "./commands/stats.ts";
import { tenantsCommand } from "./commands/tenants.ts";
import { tickCommand } from "./commands/tick.ts";
import { triggerCommand } from "./commands/trigger.ts";
import { watchCommand } from "./commands/watch.ts";
import { workerCommand } from "./commands/worker.ts";
import { workersCommand } from "./commands/workers.ts";
import type { CliContext } from "./context.ts";

/**
 * What a command works with, as its help tells: the server that is chosen, the one it is given, all
 * there is, a data folder, a database, stores that it is told, or this machine alone.
 */
export type Reach = "server" | "login" | "doctor" | "folder" | "database" | "stores" | "machine";

/** A command, and what the help says of it besides its own words. */
export interface CommandEntry {
  create(context: CliContext): Command;
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
      { create: addCommand, reach: "server", seeAlso: ["preview", "list", "show"] },
      { create: previewCommand, reach: "server", seeAlso: ["simulate", "add"] },
      { create: simulateCommand, reach: "server", seeAlso: ["preview", "explain"] },
      { create: listCommand, reach: "server", seeAlso: ["show", "cancel", "deliveries"] },
      { create: showCommand, reach: "server", seeAlso: ["explain", "list", "deliveries"] },
      { create: explainCommand, reach: "server", seeAlso: ["show", "preview"] },
      { create: editCommand, reach: "server", seeAlso: ["show", "add", "preview"] },
      { create: pauseCommand, reach: "server", seeAlso: ["resume", "skip", "cancel"] },
      { create: resumeCommand, reach: "server", seeAlso: ["pause", "show"] },
      { create: skipCommand, reach: "server", seeAlso: ["show", "pause"] },
      { create: snoozeCommand, reach: "server", seeAlso: ["acknowledge", "trigger", "show"] },
      { create: triggerCommand, reach: "server", seeAlso: ["snooze", "show"] },
      { create: cancelCommand, reach: "server", seeAlso: ["list", "show"] },
      { create: exportCommand, reach: "server", seeAlso: ["import", "list"] },
      { create: importCommand, reach: "server", seeAlso: ["export", "add"] },
    ],
  },
  {
    title: "People:",
    entries: [
      { create: recipientsCommand, reach: "server", seeAlso: ["add", "list"] },
      { create: calendarCommand, reach: "server", seeAlso: ["recipients", "inbox"] },
      { create: campaignCommand, reach: "server", seeAlso: ["campaigns", "recipients"] },
      { create: campaignsCommand, reach: "server", seeAlso: ["campaign", "recipients"] },
    ],
  },
  {
    title: "Deliveries:",
    entries: [
      { create: deliveriesCommand, reach: "server", seeAlso: ["show", "retry"] },
      { create: acknowledgeCommand, reach: "server", seeAlso: ["snooze", "deliveries", "show"] },
      { create: retryCommand, reach: "server", seeAlso: ["deliveries", "redrive", "show"] },
      { create: redriveCommand, reach: "server", seeAlso: ["retry", "deliveries"] },
      { create: watchCommand, reach: "server", seeAlso: ["stats", "show"] },
      { create: statsCommand, reach: "server", seeAlso: ["watch", "deliveries"] },
      { create: endpointsCommand, reach: "server", seeAlso: ["add", "deliveries"] },
      { create: inboxCommand, reach: "server", seeAlso: ["add", "deliveries"] },
    ],
  },
  {
    title: "Server:",
    entries: [
      { create: startCommand, reach: "folder", seeAlso: ["config", "tick"] },
      { create: tickCommand, reach: "folder", seeAlso: ["start"] },
      { create: apiCommand, reach: "database", seeAlso: ["scheduler", "worker", "start", "config"] },
      { create: schedulerCommand, reach: "database", seeAlso: ["api", "worker", "tick"] },
      { create: workerCommand, reach: "database", seeAlso: ["api", "scheduler", "workers"] },
      { create: workersCommand, reach: "server", seeAlso: ["worker", "stats"] },
      { create: migrateCommand, reach: "database", seeAlso: ["start", "doctor"] },
      { create: moveCommand, reach: "stores", seeAlso: ["migrate", "doctor", "workers"] },
      { create: doctorCommand, reach: "doctor", seeAlso: ["config", "servers", "login"] },
    ],
  },
  {
    title: "Access:",
    entries: [
      { create: loginCommand, reach: "login", seeAlso: ["servers", "logout", "keys", "doctor"] },
      { create: logoutCommand, reach: "machine", seeAlso: ["login", "servers", "keys"] },
      { create: serversCommand, reach: "machine", seeAlso: ["login", "logout"] },
      { create: keysCommand, reach: "server", seeAlso: ["login", "tenants"] },
      { create: tenantsCommand, reach: "server", seeAlso: ["keys"] },
    ],
  },
  {
    title: "This command line:",
    entries: [
      { create: configCommand, reach: "machine", seeAlso: ["start", "servers"] },
      { create: completionCommand, reach: "machine", seeAlso: ["help"] },
      { create: helpCommand, reach: "machine", seeAlso: [] },
    ],
  },
];
