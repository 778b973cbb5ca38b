import type { CommandGroup } from "./command-group.ts";
import { ACCESS } from "./command-groups/access.ts";
import { COMMAND_LINE } from "./command-groups/command-line.ts";
import { DELIVERIES } from "./command-groups/deliveries.ts";
import { PEOPLE } from "./command-groups/people.ts";
import { REMINDERS } from "./command-groups/reminders.ts";
import { SERVER } from "./command-groups/server.ts";

/** Every command of Belfry, in the order in which a newcomer reads them. */
export const COMMAND_GROUPS: readonly CommandGroup[] = [
  REMINDERS,
  PEOPLE,
  DELIVERIES,
  SERVER,
  ACCESS,
  COMMAND_LINE,
];
