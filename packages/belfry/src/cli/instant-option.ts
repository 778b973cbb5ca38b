import { InvalidArgumentError } from "commander";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../time/calendar.ts";
import { parseDuration } from "../time/duration.ts";
import { formatInstant, parseInstant } from "../time/instant.ts";
import { placeInZone } from "../time/placement.ts";
import { parseWallClock } from "../time/wall-clock.ts";
import { zoneNamed } from "../time/zone.ts";
import type { CliContext } from "./context.ts";
import { parseDurationText } from "./duration-text.ts";
import { parseTime } from "./schedule-options.ts";

type Clocks = Pick<CliContext, "timeZone" | "now">;

/** How an instant is written on the command line, in words. */
export const INSTANT_FORM =
  '"2030-12-02 09:00" on the clocks of this machine, or with an offset 2030-12-02T09:00+01:00';

/**
 * An instant as people type it, as ISO 8601 in UTC: with an offset, or on the clocks of this machine.
 *
 * @throws InvalidArgumentError for other text
 */
export function parseInstantText(text: string, clocks: Clocks): string {
  const plain = parseTime(text);
  const wallMs = parseWallClock(plain);
  const instantMs = wallMs === null ? parseInstant(plain) : placed(wallMs, clocks);
  if (instantMs === null) throw new InvalidArgumentError(`Allowed: ${INSTANT_FORM}.`);
  return formatInstant(instantMs);
}

/**
 * The same for what is to come: a time of day alone is its next one.
 *
 * @throws InvalidArgumentError for other text
 */
export function parseComingText(text: string, clocks: Clocks): string {
  const [, hour = "", minute = ""] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (hour === "") return parseInstantText(text, clocks);
  const nowMs = clocks.now();
  const wallMs = zoneNamed(clocks.timeZone).wallAt(Math.floor(nowMs));
  const todayMs = Math.floor(wallMs / DAY_MS) * DAY_MS + Number(hour) * HOUR_MS + Number(minute) * MINUTE_MS;
  const dueMs = placed(todayMs, clocks);
  return formatInstant(dueMs > nowMs ? dueMs : placed(todayMs + DAY_MS, clocks));
}

/**
 * The same for what is past: a duration is so long ago.
 *
 * @throws InvalidArgumentError for other text
 */
export function parsePastText(text: string, clocks: Clocks): string {
  if (!/^(P|[\d.]+ ?[a-z])/i.test(text.trim())) return parseInstantText(text, clocks);
  try {
    return formatInstant(Math.floor(clocks.now() - parseDuration(parseDurationText(text))));
  } catch {
    throw new InvalidArgumentError(`Allowed: so long ago, such as 2h, or ${INSTANT_FORM}.`);
  }
}

/** Clocks of this machine are read as a reminder's would be: gaps and repeated hours alike. */
function placed(wallMs: number, { timeZone }: Clocks): number {
  return placeInZone(zoneNamed(timeZone), wallMs).instantMs;
}
