import type { Recipient } from "../domain/recipient.ts";
import type { PlannedWay, PlannedWith } from "../domain/reminder.ts";
import type { RecipientTarget } from "../domain/target.ts";
import type { Schedule } from "../time/schedule.ts";
import type { EngineDeps } from "./ports.ts";
import { destinationOf } from "./ways.ts";

/**
 * What of a recipient a reminder is planned with: the channels that it names, else those that they chose, else
 * those on which they have an address.
 */
export function plannedWith(
  deps: Pick<EngineDeps, "channels">,
  recipient: Recipient,
  { target, schedule }: { target: RecipientTarget; schedule: Schedule },
): PlannedWith {
  const dates = readsDate(schedule) ? { dates: recipient.dates } : {};
  return { epoch: recipient.epoch, ways: plannedWays(deps, recipient, target), ...dates };
}

function plannedWays(
  deps: Pick<EngineDeps, "channels">,
  { channels, addresses }: Recipient,
  target: RecipientTarget,
): PlannedWay[] {
  const chosen = channels.length > 0 ? channels : Object.keys(addresses);
  return (target.channels ?? chosen).map((channel) => {
    const address = addresses[channel];
    const to = address === undefined ? { channel } : { channel, address };
    return { channel, destination: destinationOf(deps, to) };
  });
}

/** Whether a rule reads one of the recipient's dates. */
export function readsDate(schedule: Schedule): boolean {
  return "yearly" in schedule && typeof schedule.yearly.on !== "string";
}

/** The name of the date that a rule reads, if the recipient lacks it. */
export function missingDate(schedule: Schedule, { dates }: Recipient): string | null {
  if (!("yearly" in schedule) || typeof schedule.yearly.on === "string") return null;
  const { recipientDate } = schedule.yearly.on;
  return Object.hasOwn(dates, recipientDate) ? null : recipientDate;
}
