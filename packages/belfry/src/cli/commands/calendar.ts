import type { Command } from "commander";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { calendarAddCommand } from "./calendar-add.ts";
import {
  calendarAddressCommand,
  calendarAddressesCommand,
  calendarRevokeCommand,
} from "./calendar-address.ts";
import { calendarImportCommand } from "./calendar-import.ts";
import { calendarListCommand } from "./calendar-list.ts";

const AFTER_HELP = `
What stands in recipients' calendars. A campaign with --events-within sends each owner one message of what
is to come; a calendar program can read a calendar, with all that Belfry will send, at an address of its own.

Examples:
  belfry calendar
  belfry calendar import work.ics --recipient ada
  belfry calendar add "Dentist" --recipient ada --start 2030-12-01T09:00
  belfry calendar address ada`;

const REMOVE_HELP = `
Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry calendar remove evt_01k9yz3t5v8m6n4q2r7s1w0xab`;

/** \`belfry calendar\`: what stands in recipients' calendars, and where it can be read. */
export function calendarCommand(context: CliContext): Command {
  return familyCommand({
    name: "calendar",
    description:
      "list, add, import or remove events of recipients' calendars; make or revoke their addresses",
    afterHelp: AFTER_HELP,
    members: [
      calendarListCommand(context),
      calendarAddCommand(context),
      calendarImportCommand(context),
      removeCommand(context),
      calendarAddressCommand(context),
      calendarAddressesCommand(context),
      calendarRevokeCommand(context),
    ],
  });
}

function removeCommand(context: CliContext): Command {
  return forEachIdCommand(
    {
      name: "remove",
      description: "remove calendar events",
      ids: "evt_…",
      afterHelp: REMOVE_HELP,
      resource: "event",
      run: async (client, id) => {
        await client.calendarEvents.delete(id);
        return { id };
      },
      say: ({ id }) => `Removed ${id}.`,
    },
    context,
  );
}
