import { escapeText } from "./text-value.ts";
import { formatDateTimeValue, formatDateValue } from "./time-value.ts";

/** A calendar as it is written. */
export interface WrittenCalendar {
  /** The program that makes it, as PRODID wants it: `-//Belfry//EN`. */
  product: string;
  name: string;
  /** How often it is worth reading again, as ISO 8601: `PT1H`. */
  refreshAfter: string;
  entries: readonly WrittenEntry[];
}

/** One VEVENT. */
export interface WrittenEntry {
  uid: string;
  /** When what it says was last changed, in ms since the epoch. */
  stampMs: number;
  title: string;
  description: string | null;
  when:
    | { kind: "timed"; startMs: number; endMs: number }
    /** Whole days; the end is the first day after. */
    | { kind: "days"; startDate: string; endDate: string };
  /** Whether its time counts as taken. */
  isBusy: boolean;
}

const MOST_OCTETS = 75;

/**
 * A calendar as text (RFC 5545; its name and refreshing as RFC 7986 has them, and as older programs read them):
 * lines end with CR LF and are folded at 75 octets.
 */
export function writeCalendar({ product, name, refreshAfter, entries }: WrittenCalendar): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    `PRODID:${product}`,
    "CALSCALE:GREGORIAN",
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${refreshAfter}`,
    `X-PUBLISHED-TTL:${refreshAfter}`,
    ...(entries.length > 0 ? entries.flatMap(entryLines) : ZONE_LINES),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}

/** A calendar must hold at least one component (RFC 5545, 3.6): where nothing is to come, this one says nothing. */
const ZONE_LINES = [
  "BEGIN:VTIMEZONE",
  "TZID:Etc/UTC",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0000",
  "TZOFFSETTO:+0000",
  "TZNAME:UTC",
  "END:STANDARD",
  "END:VTIMEZONE",
];

function entryLines({ uid, stampMs, title, description, when, isBusy }: WrittenEntry): string[] {
  return [
    "BEGIN:VEVENT",
    `UID:${escapeText(uid)}`,
    `DTSTAMP:${formatDateTimeValue(stampMs)}Z`,
    ...timeLines(when),
    `SUMMARY:${escapeText(title)}`,
    ...(description === null ? [] : [`DESCRIPTION:${escapeText(description)}`]),
    `TRANSP:${isBusy ? "OPAQUE" : "TRANSPARENT"}`,
    "END:VEVENT",
  ];
}

/** One without an end takes no time (RFC 5545, 3.6.1); an end on the beginning would not be allowed. */
function timeLines(when: WrittenEntry["when"]): string[] {
  if (when.kind === "days")
    return [
      `DTSTART;VALUE=DATE:${formatDateValue(Date.parse(when.startDate))}`,
      `DTEND;VALUE=DATE:${formatDateValue(Date.parse(when.endDate))}`,
    ];
  const [start, end] = [formatDateTimeValue(when.startMs), formatDateTimeValue(when.endMs)];
  return [`DTSTART:${start}Z`, ...(start === end ? [] : [`DTEND:${end}Z`])];
}

/** A line of at most 75 octets, which goes on in others that begin with a space; no character is cut. */
export function fold(line: string): string {
  if (line.length <= MOST_OCTETS / 4) return line;
  const parts: string[] = [];
  let part = "";
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > MOST_OCTETS) {
      parts.push(part);
      part = " ";
      octets = 1;
    }
    part += character;
    octets += length;
  }
  return [...parts, part].join("\r\n");
}
