/** The horizon of the tests: the year from 2026-03-01 on. */
export const FROM_MS = Date.UTC(2026, 2, 1);
export const HORIZON = { fromMs: FROM_MS, toMs: FROM_MS + 366 * 86_400_000 };

/** A file of one calendar, with CR LF as it should be. */
export function calendarText(...lines: readonly string[]): string {
  return ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", ...lines, "END:VCALENDAR", ""].join("\r\n");
}

/** The lines of one event; what is given replaces what it has by itself. */
export function eventLines(...lines: readonly string[]): string[] {
  const own = ["UID:one@example.com", "DTSTART:20260310T090000Z", "SUMMARY:Dentist"];
  const given = new Set(lines.map(nameOf));
  return ["BEGIN:VEVENT", ...own.filter((line) => !given.has(nameOf(line))), ...lines, "END:VEVENT"];
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function nameOf(line: string): string {
  return /^[\w-]+/.exec(line)?.[0] ?? "";
}

/** VTIMEZONE as Outlook writes that of western Europe, under a name of its own. */
export const OUTLOOK_ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:W. Europe Standard Time",
  "BEGIN:STANDARD",
  "DTSTART:16010101T030000",
  "TZOFFSETFROM:+0200",
  "TZOFFSETTO:+0100",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
  "END:STANDARD",
  "BEGIN:DAYLIGHT",
  "DTSTART:16010101T020000",
  "TZOFFSETFROM:+0100",
  "TZOFFSETTO:+0200",
  "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
  "END:DAYLIGHT",
  "END:VTIMEZONE",
];
