import { dayOfWall } from "../../time/calendar.ts";
import { formatDate } from "../../time/wall-clock.ts";
import { zoneNamed } from "../../time/zone.ts";
import type { InputIssue } from "../errors.ts";
import type { RecipientProfile } from "../recipient.ts";
import { type ChannelCheck, readAddresses } from "./addresses.ts";
import { readAttributes } from "./attributes.ts";
import { readChannels } from "./chosen-channels.ts";
import { readDates } from "./dates.ts";
import { readLocale, readTimeZone } from "./place.ts";
import { readQuietHours } from "./quiet-hours.ts";
import { entriesOf, type Reading, read, refused } from "./reading.ts";
import { LONGEST_FULL_NAME, LONGEST_NAME, readExternalId, readLine } from "./short-text.ts";
import { readTags } from "./tags.ts";

/** What a sender says of a recipient. */
export interface RecipientDescription extends RecipientProfile {
  externalId: string | null;
}

/** Every field of a request, in the order of the document. */
export const RECIPIENT_FIELDS = [
  "externalId",
  "firstName",
  "lastName",
  "fullName",
  "addresses",
  "channels",
  "timeZone",
  "locale",
  "dates",
  "quietHours",
  "tags",
  "attributes",
] as const satisfies readonly (keyof RecipientDescription)[];

export const RECIPIENT_ALLOWED = `a JSON object with ${RECIPIENT_FIELDS.join(", ")}`;

/** What a recipient is judged by besides their own fields. */
export interface RecipientContext {
  nowMs: number;
  /** The zone of whoever has none: the tenant's. */
  timeZone: string;
  checkAddress: ChannelCheck;
}

/** Reads a recipient as a request tells it; a field that is left out, or null, is empty. */
export function readRecipient(input: unknown, context: RecipientContext): Reading<RecipientDescription> {
  const entries = entriesOf(input);
  if (!entries) return refused([], input, { message: "is not a JSON object", allowed: RECIPIENT_ALLOWED });
  const fields = Object.fromEntries(entries);
  const timeZone = readTimeZone(fields.timeZone);
  const today = todayIn((timeZone.ok && timeZone.value) || context.timeZone, context.nowMs);
  const parts: { [Field in keyof RecipientDescription]: Reading<RecipientDescription[Field]> } = {
    externalId: readExternalId(["externalId"], fields.externalId),
    firstName: readLine(["firstName"], fields.firstName, LONGEST_NAME),
    lastName: readLine(["lastName"], fields.lastName, LONGEST_NAME),
    fullName: readLine(["fullName"], fields.fullName, LONGEST_FULL_NAME),
    addresses: readAddresses(fields.addresses, context.checkAddress),
    channels: readChannels(fields.channels),
    timeZone,
    locale: readLocale(fields.locale),
    dates: readDates(fields.dates, today),
    quietHours: readQuietHours(fields.quietHours),
    tags: readTags(fields.tags),
    attributes: readAttributes(fields.attributes),
  };
  const issues = [...unknownFields(fields), ...issuesOf(Object.values(parts))];
  if (issues.length > 0) return { ok: false, issues };
  return read(valuesOf(parts));
}

/** Fields that no recipient has. */
export function unknownFields(input: object): InputIssue[] {
  const isKnown = (name: string): boolean => RECIPIENT_FIELDS.some((field) => field === name);
  return Object.entries(input)
    .filter(([name]) => !isKnown(name))
    .map(([name, value]) => {
      const allowed = `only ${RECIPIENT_FIELDS.join(", ")}`;
      return { path: [name], value, message: "is not a known field", allowed };
    });
}

/** The date on the wall clock of a zone. */
export function todayIn(timeZone: string, nowMs: number): string {
  return formatDate(dayOfWall(zoneNamed(timeZone).wallAt(nowMs)));
}

function issuesOf(parts: readonly Reading<unknown>[]): InputIssue[] {
  return parts.flatMap((part) => (part.ok ? [] : part.issues));
}

function valuesOf(parts: { [Field in keyof RecipientDescription]: Reading<RecipientDescription[Field]> }) {
  const values = Object.entries(parts).map(([name, part]) => [name, part.ok ? part.value : undefined]);
  // None of them is refused.
  return Object.fromEntries(values) as RecipientDescription;
}
