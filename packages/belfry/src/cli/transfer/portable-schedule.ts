import { formatInstant, parseDuration, planOf, type Schedule } from "../../time/schedule.ts";
import type { ComingOccurrence, Reminder, ScheduleInput } from "../resources.ts";

/** The most occurrences that the API shows ahead. */
export const MOST_COMING = 100;
/** How far ahead rules are searched, in ms. */
const CENTURY_MS = 36_525 * 86_400_000;

/** A schedule that does not hang on when it is accepted. */
export interface PortableSchedule {
  schedule: ScheduleInput;
  /** False if it could not be made so: accepted later, it counts anew. */
  isPortable: boolean;
}

/**
 * What counts from acceptance, told so that it rings at the same instants whenever it is accepted: `in`
 * as `at`, `every` from its first occurrence on, the `count` of cron and yearly as `until`.
 *
 * @param askComing what the reminder rings next, up to 100
 */
export async function portableSchedule(
  reminder: Reminder,
  askComing: () => Promise<readonly ComingOccurrence[]>,
): Promise<PortableSchedule> {
  const { schedule, revision } = reminder;
  if (!countsFromAcceptance(schedule)) return { schedule, isPortable: true };
  // What was changed may count from the change, and when that was is not told.
  return revision === 1 ? fromCreation(reminder) : fromComing(schedule, await askComing());
}

function countsFromAcceptance(schedule: ScheduleInput): boolean {
  if ("in" in schedule) return true;
  if ("every" in schedule) return schedule.start === undefined;
  return ("cron" in schedule || "yearly" in schedule) && schedule.count !== undefined;
}

function fromCreation({ schedule, createdAt, timeZone }: Reminder): PortableSchedule {
  const acceptedAtMs = Date.parse(createdAt);
  if ("in" in schedule) return portable({ at: formatInstant(acceptedAtMs + parseDuration(schedule.in)) });
  if ("every" in schedule) {
    const start = formatInstant(acceptedAtMs + parseDuration(schedule.every));
    return portable({ ...schedule, start });
  }
  // The server has read it, and shows it as it was read.
  const plan = planOf(schedule as Schedule, { acceptedAtMs, timeZone: timeZone ?? "UTC" });
  const last = plan.previous(acceptedAtMs + CENTURY_MS, acceptedAtMs - 1);
  if (!last || plan.next(last.dueMs) !== null) return { schedule, isPortable: false };
  return portable(until(schedule, last.nominal));
}

function fromComing(schedule: ScheduleInput, coming: readonly ComingOccurrence[]): PortableSchedule {
  const ruled = coming.filter(({ kind }) => kind === "rule");
  const [first, last] = [ruled[0], ruled.at(-1)];
  const isAll = coming.length < MOST_COMING;
  const isCounted = "count" in schedule && schedule.count !== undefined;
  if (!first || !last || (isCounted && !isAll)) return { schedule, isPortable: false };
  if ("in" in schedule) return portable({ at: first.due });
  if (!("every" in schedule)) return portable(until(schedule, last.nominal));
  const anchored = { ...schedule, start: first.due };
  return portable(isCounted ? until(anchored, last.due) : anchored);
}

function until(schedule: ScheduleInput, end: string): ScheduleInput {
  const { count: _, ...rest } = schedule as ScheduleInput & { count?: number };
  // Every rule that has a count may have an end instead.
  return { ...rest, until: end } as ScheduleInput;
}

function portable(schedule: ScheduleInput): PortableSchedule {
  return { schedule, isPortable: true };
}
