import { InvalidArgumentError } from "commander";

const PART = /(\d+(?:\.\d+)?)(w|d|h|m|s)/g;
const WHOLE =
  /^(?:\d+(?:\.\d+)?w)?(?:\d+(?:\.\d+)?d)?(?:\d+(?:\.\d+)?h)?(?:\d+(?:\.\d+)?m)?(?:\d+(?:\.\d+)?s)?$/;

/** What a duration looks like on the command line, in words. */
export const DURATION_FORM = "10s, 5m, 1h30m, 2d, 1w or ISO 8601 such as PT10S";

/**
 * A duration as people type it, as ISO 8601: `1h30m` is `PT1H30M`, `2d` is `P2D`. ISO 8601 itself
 * passes as it is; what it means is the server's to judge.
 *
 * @throws InvalidArgumentError for other text
 */
export function parseDurationText(text: string): string {
  const plain = text.trim().replaceAll(" ", "");
  if (/^P[\dT]/i.test(plain)) return plain.toUpperCase();
  const lower = plain.toLowerCase();
  if (lower === "" || !WHOLE.test(lower)) {
    throw new InvalidArgumentError(`Allowed: ${DURATION_FORM}.`);
  }
  const parts = [...lower.matchAll(PART)].map((match) => ({
    amount: match[1],
    unit: match[2]?.toUpperCase(),
  }));
  const dates = parts.filter((part) => part.unit === "W" || part.unit === "D");
  const times = parts.filter((part) => !dates.includes(part));
  const write = (some: typeof parts): string => some.map((part) => `${part.amount}${part.unit}`).join("");
  return `P${write(dates)}${times.length > 0 ? `T${write(times)}` : ""}`;
}

/**
 * An interval of `--every`: days are refused here, in words that the command line understands.
 *
 * @throws InvalidArgumentError for other text, and for days and weeks
 */
export function parseIntervalText(text: string): string {
  const duration = parseDurationText(text);
  if (/^P\d/.test(duration)) {
    throw new InvalidArgumentError(
      'Allowed: hours or shorter, such as 45m. Days follow the calendar: --text "every 2 days at 9:00", or ' +
        '--rrule "FREQ=DAILY;INTERVAL=2" with --start.',
    );
  }
  return duration;
}

/** A duration of the API as people type it: `PT1H30M` is `1h30m`. */
export function durationText(duration: string): string {
  return duration.replace(/[PT]/g, "").toLowerCase();
}
