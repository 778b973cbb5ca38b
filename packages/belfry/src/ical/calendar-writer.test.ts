import fc from "fast-check";
import ical from "node-ical";
import { describe, expect, test } from "vitest";
import { bytesOf, HORIZON } from "./calendar-text-fixture.ts";
import { fold, type WrittenEntry, writeCalendar } from "./calendar-writer.ts";
import { readCalendarFile } from "./read-calendar.ts";

const START = Date.UTC(2026, 2, 10, 9);
const ENTRY: WrittenEntry = {
  uid: "occ_1@belfry",
  stampMs: Date.UTC(2026, 1, 1),
  title: "Dentist",
  description: null,
  when: { kind: "timed", startMs: START, endMs: START },
  isBusy: false,
};

function write(...entries: readonly WrittenEntry[]): string {
  return writeCalendar({ product: "-//Belfry//EN", name: "Ada; L, \\o/", refreshAfter: "PT1H", entries });
}

function eventsIn(text: string) {
  return Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === "VEVENT");
}

describe("writeCalendar()", () => {
  test("writes every line as RFC 5545 has it", () => {
    expect(write(ENTRY).split("\r\n")).toEqual([
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//Belfry//EN",
      "CALSCALE:GREGORIAN",
      "NAME:Ada\\; L\\, \\\\o/",
      "X-WR-CALNAME:Ada\\; L\\, \\\\o/",
      "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
      "X-PUBLISHED-TTL:PT1H",
      "BEGIN:VEVENT",
      "UID:occ_1@belfry",
      "DTSTAMP:20260201T000000Z",
      "DTSTART:20260310T090000Z",
      "SUMMARY:Dentist",
      "TRANSP:TRANSPARENT",
      "END:VEVENT",
      "END:VCALENDAR",
      "",
    ]);
  });

  test("is read by another implementation as it was meant", () => {
    const timed = { kind: "timed", startMs: START, endMs: START + 3_600_000 } as const;
    const days = { kind: "days", startDate: "2026-12-24", endDate: "2026-12-27" } as const;
    const description = `first line\nsecond; with, all \\ of it "quoted"\n${"long ".repeat(60)}\u{1f514}`;
    const [first, second, ...others] = eventsIn(
      write(
        { ...ENTRY, when: timed, description, isBusy: true },
        { ...ENTRY, uid: "two", title: "Christmas", when: days },
      ),
    );
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      uid: "occ_1@belfry",
      summary: "Dentist",
      description,
      transparency: "OPAQUE",
      datetype: "date-time",
    });
    expect([first?.start, first?.end].map((date) => new Date(String(date)).getTime())).toEqual([
      START,
      START + 3_600_000,
    ]);
    expect(second).toMatchObject({ uid: "two", summary: "Christmas", datetype: "date" });
    const localDates = [second?.start, second?.end].map((date) => {
      const at = new Date(String(date));
      return [at.getFullYear(), at.getMonth() + 1, at.getDate()].join("-");
    });
    expect(localDates).toEqual(["2026-12-24", "2026-12-27"]);
  });

  test("is a calendar also when it holds nothing", () => {
    const text = write();
    expect(text).toContain("BEGIN:VTIMEZONE\r\n");
    expect(eventsIn(text)).toEqual([]);
  });

  test("folds at 75 octets, and cuts no character; what is unfolded is what was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
        const folded = fold(`SUMMARY:${text}`);
        const lines = folded.split("\r\n");
        expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
        expect(folded.replaceAll("\r\n ", "")).toBe(`SUMMARY:${text}`);
        expect(folded.isWellFormed()).toBe(`SUMMARY:${text}`.isWellFormed());
      }),
    );
  });

  test("gives texts back through the reader, whatever they hold", () => {
    const texts = fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }).map((text) => `x${text}x`);
    fc.assert(
      fc.property(texts, (title) => {
        const [entry] = readCalendarFile(bytesOf(write({ ...ENTRY, title })), HORIZON);
        // Line breaks are all one, and there are no other control characters.
        const kept = title.replace(/\r\n?/g, "\n").replace(/[^\P{Cc}\n\t\u0080-\u009f]/gu, "");
        expect(entry).toMatchObject({ kind: "event", event: { title: kept } });
      }),
    );
  });
});
