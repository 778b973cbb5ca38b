import type { JsonObject } from "../domain/content.ts";
import type { Delivery } from "../domain/delivery.ts";
import { fullNameOf, type Recipient } from "../domain/recipient.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Claim } from "../store/store.ts";
import { formatInstant, formatWallClock, type Schedule, zoneNamed } from "../time/schedule.ts";

/** What a content may say besides its own words; `content/variables.ts` names the same. */
export interface ContentValues {
  recipient: JsonObject | null;
  reminder: JsonObject;
  occurrence: JsonObject;
  age: number | null;
  events: readonly JsonObject[];
  links: JsonObject;
}

export interface Besides {
  events: readonly JsonObject[];
  acknowledgeLink: string | null;
}

/** The values of what is sent, from the recipient as they are now. */
export function contentValues(
  { delivery, reminder, recipient }: Pick<Claim, "delivery" | "reminder" | "recipient">,
  { events, acknowledgeLink }: Besides,
): ContentValues {
  return {
    recipient: recipient && recipientValues(recipient),
    reminder: { id: reminder.id, metadata: reminder.spec.metadata },
    occurrence: occurrenceValues(delivery, zoneOf(reminder, recipient)),
    age: ageAt(delivery, { reminder, recipient }),
    events,
    links: { acknowledge: acknowledgeLink },
  };
}

/** The zone in which its time is told: the recipient's, else that of its rule. */
export function zoneOf(reminder: Reminder, recipient: Recipient | null): string {
  return recipient?.timeZone ?? reminder.timeZone;
}

function recipientValues(recipient: Recipient): JsonObject {
  const { id, externalId, firstName, lastName, locale, timeZone, tags, attributes, dates } = recipient;
  const who = { id, externalId, firstName, lastName, fullName: fullNameOf(recipient), locale, timeZone };
  return { ...who, tags: [...tags], attributes, dates: { ...dates } };
}

function occurrenceValues({ occurrence, number }: Delivery, timeZone: string): JsonObject {
  const local = localTime(occurrence.dueMs, timeZone);
  const [date = local, time = ""] = local.split("T");
  return {
    nominal: occurrence.nominal,
    due: formatInstant(occurrence.dueMs),
    local,
    date,
    time: time.slice(0, 5),
    number: number === 0 ? null : number,
  };
}

function localTime(dueMs: number, timeZone: string): string {
  return formatWallClock(zoneNamed(timeZone).wallAt(dueMs));
}

/** How many years have passed since the date that the rule reads, else since the birthday; null: nobody knows. */
function ageAt(
  { occurrence }: Delivery,
  { reminder, recipient }: Pick<Claim, "reminder" | "recipient">,
): number | null {
  const date = recipient?.dates[dateOf(reminder.spec.schedule)] ?? "";
  const [, year, monthDay] = /^(\d{4})-(\d\d-\d\d)$/.exec(date) ?? [];
  if (year === undefined || monthDay === undefined) return null;
  const local = localTime(occurrence.dueMs, zoneOf(reminder, recipient));
  const years = Number(local.slice(0, 4)) - Number(year);
  // What rings for the day itself rings on it, whatever day 29 February is kept on.
  const isReached = readsDate(reminder.spec.schedule) || local.slice(5, 10) >= monthDay;
  const age = isReached ? years : years - 1;
  return age >= 0 ? age : null;
}

function dateOf(schedule: Schedule): string {
  if (!("yearly" in schedule) || typeof schedule.yearly.on === "string") return "birthday";
  return schedule.yearly.on.recipientDate;
}

function readsDate(schedule: Schedule): boolean {
  return "yearly" in schedule && typeof schedule.yearly.on !== "string";
}
