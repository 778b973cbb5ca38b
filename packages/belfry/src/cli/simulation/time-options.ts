import { InvalidArgumentError } from "commander";
import type { SimulatedChange, Stretch } from "../../domain/simulation.ts";
import { parseDuration } from "../../time/duration.ts";
import { parseDate, resolveTimeZone, ScheduleError } from "../../time/schedule.ts";
import { formatDate } from "../../time/wall-clock.ts";
import type { CliContext } from "../context.ts";
import { parseDurationText } from "../duration-text.ts";
import { INSTANT_FORM, parseInstantText } from "../instant-option.ts";

type Clocks = Pick<CliContext, "timeZone" | "now">;

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Where a simulation begins: an instant, or the first moment of a day on the clocks of this machine.
 *
 * @throws InvalidArgumentError
 */
export function parseBegin(text: string, clocks: Clocks): number {
  return momentOf(text, clocks, 0);
}

/**
 * Where it ends: an instant, or the last moment of a day.
 *
 * @throws InvalidArgumentError
 */
export function parseEnd(text: string, clocks: Clocks): number {
  return momentOf(text, clocks, 1);
}

function momentOf(text: string, clocks: Clocks, daysLater: number): number {
  const allowed = `Allowed: a day such as 2027-01-31, or ${INSTANT_FORM}.`;
  return instantOf(text, clocks, { allowed, daysLater });
}

const OUTAGE_FORM = "2027-03-27T22:00/P1D, or 2027-03-27T22:00/2027-03-28T09:00";

/**
 * A time in which nothing runs: `2027-03-27T22:00/P1D`.
 *
 * @throws InvalidArgumentError
 */
export function parseOutage(text: string, clocks: Clocks): Stretch {
  const allowed = `Allowed: ${OUTAGE_FORM}.`;
  const [begin, end, more] = text.split("/").map((part) => part.trim());
  if (begin === undefined || end === undefined || more !== undefined) throw new InvalidArgumentError(allowed);
  const fromMs = instantOf(begin, clocks, { allowed });
  const toMs = /^(P|[\d.]+ ?[a-z])/i.test(end)
    ? fromMs + durationOf(end, allowed)
    : instantOf(end, clocks, { allowed });
  if (toMs <= fromMs) throw new InvalidArgumentError(`It ends before it begins. ${allowed}`);
  return { fromMs, toMs };
}

const ZONE_CHANGE_FORM = '"ada@2027-06-01T12:00=Asia/Tokyo"';

/**
 * A recipient who moves to another zone: `ada@2027-06-01T12:00=Asia/Tokyo`. Their id may hold `@` and `=`.
 *
 * @throws InvalidArgumentError
 */
export function parseZoneChange(text: string, clocks: Clocks): SimulatedChange {
  const allowed = `Allowed: ${ZONE_CHANGE_FORM}.`;
  const { recipient, atMs, value } = changeOf(text, clocks, allowed);
  try {
    return { recipient, atMs, timeZone: resolveTimeZone(value, []) };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const [issue] = error.issues;
    throw new InvalidArgumentError(`${value} ${issue?.message ?? "is no time zone"}. ${allowed}`);
  }
}

const DATE_CHANGE_FORM = '"ada@2027-06-01T12:00=birthday:1990-12-10"';

/**
 * A date of a recipient that is corrected: `ada@2027-06-01T12:00=birthday:1990-12-10`.
 *
 * @throws InvalidArgumentError
 */
export function parseDateChange(text: string, clocks: Clocks): SimulatedChange {
  const allowed = `Allowed: ${DATE_CHANGE_FORM}.`;
  const { recipient, atMs, value } = changeOf(text, clocks, allowed);
  const [, name, date] = /^([A-Za-z][\w-]*):(\d{4}-\d\d-\d\d|--\d\d-\d\d)$/.exec(value) ?? [];
  if (name === undefined || date === undefined || parseDate(date.replace(/^-/, "2000")) === null)
    throw new InvalidArgumentError(allowed);
  return { recipient, atMs, dates: { [name]: date } };
}

function changeOf(
  text: string,
  clocks: Clocks,
  allowed: string,
): { recipient: string; atMs: number; value: string } {
  const equals = text.lastIndexOf("=");
  const at = text.lastIndexOf("@", equals);
  if (at < 1 || equals < at) throw new InvalidArgumentError(allowed);
  const atMs = instantOf(text.slice(at + 1, equals), clocks, { allowed });
  return { recipient: text.slice(0, at).trim(), atMs, value: text.slice(equals + 1).trim() };
}

/** A day stands for its first moment, or for that of a later one. */
function instantOf(text: string, clocks: Clocks, { allowed, daysLater = 0 }: Form): number {
  const isDay = DATE.test(text.trim());
  const day = isDay ? parseDate(text.trim()) : null;
  if (isDay && day === null) throw new InvalidArgumentError(`There is no such day. ${allowed}`);
  const moment = day === null ? text : `${formatDate(day + daysLater)}T00:00`;
  try {
    return Date.parse(parseInstantText(moment, clocks));
  } catch {
    throw new InvalidArgumentError(allowed);
  }
}

interface Form {
  /** What is said of other text. */
  allowed: string;
  daysLater?: number;
}

function durationOf(text: string, allowed: string): number {
  try {
    return parseDuration(parseDurationText(text));
  } catch {
    throw new InvalidArgumentError(allowed);
  }
}
