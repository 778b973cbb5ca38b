import {
  formatWallClock,
  type Occurrence,
  type PlanContext,
  planOf,
  refusePast,
  type Schedule,
  zoneNamed,
} from "../time/schedule.ts";
import { readsDate } from "./recipient-plan.ts";

/** Where anybody lives, a wall clock comes last here. */
const LAST_ZONE = "Pacific/Pago_Pago";

const DAY_MS = 86_400_000;

/** A day that every recipient could have; which one says nothing about whether the rule is right. */
const ANY_DAY = "--01-01";

/** What a campaign's schedule is checked against: of the recipients it is only known that they may have dates. */
export function readingContext(
  schedule: unknown,
  context: Omit<PlanContext, "dates">,
  day = ANY_DAY,
): PlanContext {
  const name = dateNameIn(schedule);
  return name === null ? context : { ...context, dates: { [name]: day } };
}

function dateNameIn(schedule: unknown): string | null {
  const on = (schedule as { yearly?: { on?: { recipientDate?: unknown } } } | null | undefined)?.yearly?.on;
  const name = on?.recipientDate;
  return typeof name === "string" ? name : null;
}

/**
 * The first occurrence that anybody could have: a rule that floats is over only when it is over everywhere.
 *
 * @throws ScheduleError `past_schedule`, `exhausted_schedule`
 */
export function firstAnywhere(schedule: Schedule, context: PlanContext): Occurrence {
  const isFloating = planOf(schedule, context).floating;
  const last = isFloating ? { ...context, timeZone: LAST_ZONE } : context;
  if (!readsDate(schedule)) return refusePast(schedule, planOf(schedule, last), last);
  const today = last.acceptedAtMs;
  const soon = [today, today + DAY_MS].map((atMs) =>
    readingContext(schedule, last, dayAt(atMs, last.timeZone)),
  );
  const firsts = soon.map((one) => planOf(schedule, one).next(one.acceptedAtMs - 1));
  const [first] = firsts.filter((one) => one !== null);
  // Whoever has their day today or tomorrow has it first; if not even they do, the rule is used up.
  return first ?? refusePast(schedule, planOf(schedule, last), last);
}

function dayAt(atMs: number, timeZone: string): string {
  return `--${formatWallClock(zoneNamed(timeZone).wallAt(atMs)).slice(5, 10)}`;
}
