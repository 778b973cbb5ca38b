const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `Mon 23 Nov 2026 09:30:00 CET`: an instant of the API on the clocks of a zone. */
export function longTime(instant: string, timeZone: string): string {
  const parts = partsOf(instant, timeZone);
  return `${parts.weekday} ${parts.day} ${parts.month} ${parts.year} ${clock(parts)} ${parts.timeZoneName}`;
}

/** `2026-11-23 09:30:00`: the same for tables. */
export function shortTime(instant: string, timeZone: string): string {
  const parts = partsOf(instant, timeZone, "2-digit");
  return `${parts.year}-${parts.month}-${parts.day} ${clock(parts)}`;
}

/** `in 10 seconds`, `3 days 4 hours ago`: how far an instant is from now; in one unit from 10 of it on. */
export function distance(instant: string, nowMs: number): string {
  const ms = Date.parse(instant) - nowMs;
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds === 0) return "now";
  const index = UNITS.findIndex(([, length]) => seconds >= length);
  const words = wordsOf(seconds, index, 2);
  return ms > 0 ? `in ${words}` : `${words} ago`;
}

function wordsOf(seconds: number, index: number, units: number): string {
  const [name, length] = UNITS[index] ?? ["second", 1];
  const amount = Math.floor(seconds / length);
  if (amount === 0) return "";
  const words = `${amount} ${name}${amount === 1 ? "" : "s"}`;
  if (amount >= 10 || units === 1) return words;
  return `${words} ${wordsOf(seconds % length, index + 1, units - 1)}`.trim();
}

/** `12 ms`, `1.5 s`, `3 min`: how long something took. */
export function elapsed(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  return Math.abs(ms) < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

type Parts = Record<Intl.DateTimeFormatPartTypes, string>;

function partsOf(instant: string, timeZone: string, month: "short" | "2-digit" = "short"): Partial<Parts> {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "short",
    year: "numeric",
    month,
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  const parts: Partial<Parts> = {};
  for (const part of format.formatToParts(new Date(instant))) parts[part.type] = part.value;
  return parts;
}

function clock(parts: Partial<Parts>): string {
  return `${parts.hour}:${parts.minute}:${parts.second}`;
}
