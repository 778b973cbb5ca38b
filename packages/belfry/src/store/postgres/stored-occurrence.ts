import type { Occurrence, Resolution } from "../../time/schedule.ts";

/**
 * An occurrence without its due instant, which has a column of its own: key, zone, zone data, and where it
 * is not plainly its key at that instant, what it says, how it was resolved and why.
 */
type Stored =
  | [key: string, timeZone: string | null, zoneData: string]
  | [key: string, timeZone: string | null, zoneData: string, nominal: string, kind: string, note?: string];

/** All other keys begin with a whole date, or are the id of a request. */
const YEAR_DIGITS = 4;

/** As it is kept: most are read from an instant and say nothing else, and there are millions of them. */
export function occurrenceText({ key, nominal, resolution }: Occurrence): string {
  const { kind, note, timeZone, zoneData } = resolution;
  const isPlain = nominal === key && kind === "exact" && note === undefined;
  const more = note === undefined ? [nominal, kind] : [nominal, kind, note];
  return JSON.stringify(isPlain ? [key, timeZone, zoneData] : [key, timeZone, zoneData, ...more]);
}

export function toOccurrence(text: string, dueMs: number): Occurrence {
  const [key, timeZone, zoneData, nominal = key, kind = "exact", note] = JSON.parse(text) as Stored;
  const resolution = { kind: kind as Resolution["kind"], timeZone, zoneData };
  return { key, nominal, dueMs, resolution: note === undefined ? resolution : { ...resolution, note } };
}

/** Whether a key is a year, which only yearly rules have. */
export function isYearKey(key: string): boolean {
  return key.length === YEAR_DIGITS;
}

/** SQL for whether the key of an occurrence is a year, which only yearly rules have. */
export function hasYearKey(column: string): string {
  return `${column} LIKE '["____",%'`;
}
