import { DAY_MS, HOUR_MS, MINUTE_MS } from "./calendar.ts";

const NUMBER = "(\\d{1,12}(?:[.,]\\d{1,9})?)";
const DURATION = new RegExp(
  `^P(?:${NUMBER}Y)?(?:${NUMBER}M)?(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`,
  "i",
);
const PART_NAMES = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"] as const;

/** An ISO 8601 duration taken apart: which parts it has, and the length of those of fixed length. */
export interface DurationParts {
  /** Weeks to seconds, a day being 24 hours; rounded to whole milliseconds. */
  ms: number;
  /** The names of the parts given: `["days", "hours"]`. */
  given: (typeof PART_NAMES)[number][];
}

const PART_MS = [0, 0, 7 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS, 1000];

/** Takes an ISO 8601 duration apart, or gives null when the text is not one. */
export function durationParts(text: string): DurationParts | null {
  const match = text.length > 64 ? null : DURATION.exec(text);
  if (!match || /[PT]$/i.test(text)) return null;
  const parts: DurationParts = { ms: 0, given: [] };
  PART_NAMES.forEach((name, index) => {
    const value = match[index + 1];
    if (value === undefined) return;
    parts.given.push(name);
    parts.ms += Number(value.replace(",", ".")) * (PART_MS[index] ?? 0);
  });
  parts.ms = Math.round(parts.ms);
  return parts;
}

/**
 * Milliseconds of an ISO 8601 duration: `PT15M`, `P1DT12H`, `PT0.05S`. Days are 24 hours and weeks
 * seven of them. Throws RangeError for other text, and for years and months, which have no fixed length.
 */
export function parseDuration(text: string): number {
  const parts = durationParts(text);
  if (!parts)
    throw new RangeError(`Cannot read duration: "${text.slice(0, 64)}" is not ISO 8601, such as PT15M`);
  if (parts.given.includes("years") || parts.given.includes("months")) {
    throw new RangeError(`Cannot read duration: "${text}" has years or months, which have no fixed length`);
  }
  return parts.ms;
}

/** `15 minutes`, `1 hour 30 minutes`: a duration in words. */
export function durationWords(ms: number): string {
  const units: [number, string][] = [
    [HOUR_MS, "hour"],
    [MINUTE_MS, "minute"],
    [1000, "second"],
  ];
  let rest = ms;
  const words: string[] = [];
  for (const [unit, name] of units) {
    const whole = unit === 1000 ? rest / unit : Math.floor(rest / unit);
    rest -= whole * unit;
    if (whole > 0) words.push(`${whole} ${name}${whole === 1 ? "" : "s"}`);
  }
  return words.length > 0 ? words.join(" ") : "0 seconds";
}
