import { parseInstant } from "../time/instant.ts";
import type { ScheduleInput } from "./resources.ts";
import { RULES, type ScheduleOptions, scheduleOf } from "./schedule-options.ts";

const COMPANIONS = ["start", "time", "leapDay", "zone", "until", "count"] as const;

/** What of a schedule can be taken away. */
export const CLEARABLE_OF_SCHEDULE = ["zone", "until", "count"] as const;

/** What is to become of a schedule. */
export interface ScheduleChange {
  options: ScheduleOptions;
  /** Names of what is taken away: `until`. */
  cleared: ReadonlySet<string>;
  /** Stands for `--zone local`. */
  localZone: string;
}

/**
 * A schedule with what is given in the place of what it had; undefined if nothing about it is given. A
 * rule of another kind replaces all of it.
 *
 * @throws CommandFailure if what is given does not go together
 */
export function changedSchedule(
  current: ScheduleInput,
  { options, cleared, localZone }: ScheduleChange,
): ScheduleInput | undefined {
  const rule = RULES.find((name) => options[name] !== undefined);
  const isCompanionGiven = COMPANIONS.some((name) => options[name] !== undefined);
  const isCleared = CLEARABLE_OF_SCHEDULE.some((name) => cleared.has(name));
  if (rule === undefined && !isCompanionGiven && !isCleared) return undefined;
  const isOtherKind = rule !== undefined && !(rule in current);
  const kept = isOtherKind ? {} : optionsOf(current);
  for (const name of CLEARABLE_OF_SCHEDULE) if (cleared.has(name)) delete kept[name];
  // An instant takes no zone; the wall clock that it replaces may have had one.
  if (options.at !== undefined && parseInstant(options.at) !== null) delete kept.zone;
  const dates = isOtherKind ? {} : datesOf(current);
  // The dates go with an rrule alone, and then the kind is still that one.
  return { ...scheduleOf({ ...kept, ...options }, localZone), ...dates } as ScheduleInput;
}

/** A schedule as the options that would make it. */
function optionsOf(schedule: ScheduleInput): ScheduleOptions {
  const { timeZone: zone, yearly, ...rest } = schedule as Record<string, unknown>;
  const options = { ...rest, ...(zone !== undefined && { zone }), ...yearlyOptions(yearly) };
  // The names are those of the API; the dates, which have no option, are not read from here.
  return options as ScheduleOptions;
}

function yearlyOptions(yearly: unknown): object {
  if (typeof yearly !== "object" || yearly === null) return {};
  const { on, ...rest } = yearly as Record<string, unknown>;
  return { yearly: on, ...rest };
}

/** What an rrule leaves out and adds. */
function datesOf(schedule: ScheduleInput): object {
  if (!("rrule" in schedule)) return {};
  const { exdates, rdates } = schedule;
  return { ...(exdates && { exdates }), ...(rdates && { rdates }) };
}
