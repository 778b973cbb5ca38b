import ical from "node-ical";
import { describe, expect, test } from "vitest";
import { bytesOf, calendarText, eventLines, HORIZON, OUTLOOK_ZONE } from "./calendar-text-fixture.ts";
import { readCalendarFile } from "./read-calendar.ts";

function read(...lines: readonly string[]) {
  return readCalendarFile(bytesOf(calendarText(...lines)), HORIZON);
}

function eventsIn(...lines: readonly string[]) {
  return read(...lines).map((entry) => {
    if (entry.kind !== "event") throw new Error(`Cannot test: ${JSON.stringify(entry)}`);
    return entry.event;
  });
}

function startsIn(...lines: readonly string[]): string[] {
  return eventsIn(...lines).map(({ start }) => start);
}

describe("readCalendarFile() of one event", () => {
  test("takes what is said of it", () => {
    const description = "DESCRIPTION:Bring\\, and sign\\; the form\\nRoom 5 \\\\ left";
    const [entry] = read(...eventLines("DTEND:20260310T100000Z", description, "LOCATION:Room 5"));
    expect(entry).toEqual({
      kind: "event",
      line: 4,
      uid: "one@example.com",
      isOfSeries: false,
      event: {
        uid: "one@example.com",
        title: "Dentist",
        description: "Bring, and sign; the form\nRoom 5 \\ left",
        start: "2026-03-10T09:00:00Z",
        end: "2026-03-10T10:00:00Z",
      },
    });
  });

  test.each([
    ["in UTC", ["DTSTART:20260310T090000Z"], "2026-03-10T09:00:00Z", undefined],
    ["in a zone", ["DTSTART;TZID=Europe/Paris:20260710T090000"], "2026-07-10T07:00:00Z", undefined],
    ["in a quoted zone", ['DTSTART;TZID="Europe/Paris":20260710T090000'], "2026-07-10T07:00:00Z", undefined],
    ["in a gap", ["DTSTART;TZID=Europe/Paris:20260329T023000"], "2026-03-29T01:30:00Z", undefined],
    ["twice on the clock", ["DTSTART;TZID=Europe/Paris:20261025T023000"], "2026-10-25T00:30:00Z", undefined],
    ["wherever its owner is", ["DTSTART:20260310T090000"], "2026-03-10T09:00", undefined],
    ["with a leap second", ["DTSTART:20260310T235960Z"], "2026-03-10T23:59:59Z", undefined],
    ["on a day", ["DTSTART;VALUE=DATE:20260310"], "2026-03-10", "2026-03-11"],
    ["on a day, without saying so", ["DTSTART:20260310"], "2026-03-10", "2026-03-11"],
    ["on days", ["DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260313"], "2026-03-10", "2026-03-13"],
    [
      "on the same day twice",
      ["DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260310"],
      "2026-03-10",
      "2026-03-11",
    ],
    ["for days", ["DTSTART;VALUE=DATE:20260310", "DURATION:P1W"], "2026-03-10", "2026-03-17"],
    ["for a while", ["DURATION:PT1H30M"], "2026-03-10T09:00:00Z", "2026-03-10T10:30:00Z"],
    [
      "for a day through a clock change",
      ["DTSTART;TZID=Europe/Paris:20260328T120000", "DURATION:P1DT1H"],
      "2026-03-28T11:00:00Z",
      "2026-03-29T11:00:00Z",
    ],
    ["until as it begins", ["DTEND:20260310T090000Z"], "2026-03-10T09:00:00Z", undefined],
    [
      "between two zones",
      ["DTSTART;TZID=Europe/Paris:20260310T090000", "DTEND;TZID=America/New_York:20260310T090000"],
      "2026-03-10T08:00:00Z",
      "2026-03-10T13:00:00Z",
    ],
    [
      "wherever its owner is, for a while",
      ["DTSTART:20260310T233000", "DTEND:20260311T003000"],
      "2026-03-10T23:30",
      "2026-03-11T00:30",
    ],
  ])("places it %s", (_name, lines, start, end) => {
    const [event] = eventsIn(...eventLines(...lines));
    expect({ start: event?.start, end: event?.end }).toEqual({ start, end });
  });

  test("places it in the zone that the file explains", () => {
    const event = eventLines("DTSTART;TZID=W. Europe Standard Time:20260710T090000");
    expect(startsIn(...OUTLOOK_ZONE, ...event)).toEqual(["2026-07-10T07:00:00Z"]);
  });

  test("leaves out what is over or cancelled, and other components", () => {
    const entries = read(
      ...eventLines("UID:past", "DTSTART:20250310T090000Z"),
      ...eventLines("UID:off", "STATUS:CANCELLED"),
      ...["BEGIN:VTODO", "UID:todo", "SUMMARY:Do", "END:VTODO"],
      ...eventLines("UID:with-alarm", "BEGIN:VALARM", "TRIGGER:-PT15M", "UID:alarm", "END:VALARM"),
    );
    expect(entries).toMatchObject([
      { kind: "skipped", uid: "past", reason: "it is over" },
      { kind: "skipped", uid: "off", reason: "it is cancelled" },
      { kind: "event", uid: "with-alarm" },
    ]);
  });

  test.each([
    ["no UID", ["UID: "], "UID", 4, "is missing"],
    ["no SUMMARY", ["SUMMARY:"], "SUMMARY", 4, "is missing"],
    ["a DTSTART that is no time", ["DTSTART:tomorrow"], "DTSTART", 7, "is no time"],
    ["a month 13", ["DTSTART:20261301T090000Z"], "DTSTART", 7, "is no time"],
    ["an hour 24", ["DTSTART:20261201T240000Z"], "DTSTART", 7, "is no time"],
    ["30 February", ["DTSTART;VALUE=DATE:20260230"], "DTSTART", 7, "is no time"],
    ["a DATE with a time", ["DTSTART;VALUE=DATE:20260310T090000"], "DTSTART", 7, "is no time"],
    [
      "a zone that is not known",
      ["DTSTART;TZID=Moon/Sea:20260310T090000"],
      "DTSTART;TZID",
      7,
      "names no zone that is known",
    ],
    ["an end before its start", ["DTEND:20260310T080000Z"], "DTEND", 8, "is before DTSTART"],
    [
      "a date for an end",
      ["DTEND;VALUE=DATE:20260311"],
      "DTEND",
      8,
      "and DTSTART are not both dates, or both times",
    ],
    ["an end that is no time", ["DTEND:later"], "DTEND", 8, "is no time"],
    ["a length that is none", ["DURATION:one hour"], "DURATION", 8, "is no duration from nothing on"],
    ["a length below nothing", ["DURATION:-PT1H"], "DURATION", 8, "is no duration from nothing on"],
    [
      "hours beside a date",
      ["DTSTART;VALUE=DATE:20260310", "DURATION:PT5H"],
      "DURATION",
      8,
      "is no number of days, though it begins on a day",
    ],
    ["a line that is none", ["garbage"], "VEVENT", 8, "has a line that has no colon behind garbage"],
    ["a wrong rule", ["RRULE:FREQ=NEVER"], "RRULE", 8, expect.any(String)],
    ["a rule of BYSETPOS alone", ["RRULE:FREQ=DAILY;BYSETPOS=1"], "RRULE", 8, expect.any(String)],
    [
      "too many times",
      ["RRULE:FREQ=MINUTELY"],
      "RRULE",
      8,
      "recurs more than 1000 times in the year to come",
    ],
    ["two rules", ["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "RRULE", 9, "is the second one"],
    [
      "an EXRULE",
      ["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"],
      "EXRULE",
      9,
      "is not taken: RFC 5545 has done away with it",
    ],
    [
      "a period for an RDATE",
      ["RDATE;VALUE=PERIOD:20260311T090000Z/PT1H"],
      "RDATE",
      8,
      "holds something that is no time",
    ],
    [
      "an EXDATE in a zone that is not known",
      ["RRULE:FREQ=DAILY", "EXDATE;TZID=Moon/Sea:20260311T090000"],
      "EXDATE",
      9,
      "is in a zone that is not known",
    ],
    [
      "a change of all that follow",
      ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260311T090000Z"],
      "RECURRENCE-ID",
      8,
      "changes all later ones, too, which is not taken",
    ],
  ])("refuses %s, and tells where", (_name, lines, field, line, message) => {
    const [refused, other] = read(...eventLines(...lines), ...eventLines("UID:two"));
    expect(refused).toMatchObject({
      kind: "refused",
      refusal: { field, line, message, allowed: expect.any(String) },
    });
    expect(other).toMatchObject({ kind: "event", uid: "two" });
  });

  test("refuses a UID that was there before", () => {
    const [first, second] = read(...eventLines(), ...eventLines("SUMMARY:Again"));
    expect(first).toMatchObject({ kind: "event", line: 4 });
    expect(second).toMatchObject({
      kind: "refused",
      refusal: { line: 9, field: "UID", message: "is that of the event in line 4, too" },
    });
  });
});

describe("readCalendarFile() of a file that is not right", () => {
  const refusals = (text: string) =>
    readCalendarFile(bytesOf(text), HORIZON).map((entry) =>
      entry.kind === "refused" ? `${entry.refusal.line} ${entry.refusal.message}` : entry.kind,
    );

  test.each([
    ["empty", "", ["1 is not there"]],
    ["something else", '{"title":"x"}\n', ["1 is not there"]],
    [
      "cut off in an event",
      calendarText(...eventLines()).split("END:VEVENT")[0] ?? "",
      [
        "1 begins a VCALENDAR that is never ended: the file may be cut off",
        "4 has a line that begins a VEVENT that is never ended: the file may be cut off",
      ],
    ],
    [
      "an event without its end",
      calendarText(...eventLines().slice(0, -1)),
      ["4 has a line that begins a VEVENT that is never ended"],
    ],
    [
      "an end of nothing",
      `END:VEVENT\r\n${calendarText(...eventLines())}`,
      ["1 ends a VEVENT that was never begun", "event"],
    ],
  ])("tells so when it is %s", (_name, text, expected) => {
    expect(refusals(text)).toEqual(expected);
  });
});

describe("readCalendarFile() of an event that recurs", () => {
  test("gives its occurrences of the year to come, named by when each was to begin", () => {
    const events = eventsIn(
      ...eventLines(
        "DTSTART;TZID=Europe/Paris:20250106T090000",
        "DTEND;TZID=Europe/Paris:20250106T093000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
      ),
    );
    expect(events).toHaveLength(53);
    expect(events[0]).toEqual({
      uid: "one@example.com/2026-03-02T08:00:00Z",
      title: "Dentist",
      start: "2026-03-02T08:00:00Z",
      end: "2026-03-02T08:30:00Z",
    });
    expect(events[4]?.start).toBe("2026-03-30T07:00:00Z");
  });

  test("keeps to UNTIL, which is in UTC, on the event's own clock", () => {
    const rule = "RRULE:FREQ=DAILY;UNTIL=20260403T070000Z";
    const starts = startsIn(...eventLines("DTSTART;TZID=Europe/Paris:20260401T090000", rule));
    expect(starts).toEqual(["2026-04-01T07:00:00Z", "2026-04-02T07:00:00Z", "2026-04-03T07:00:00Z"]);
  });

  test("keeps to COUNT from its start on", () => {
    expect(startsIn(...eventLines("DTSTART:20260226T090000Z", "RRULE:FREQ=DAILY;COUNT=5"))).toEqual([
      "2026-03-01T09:00:00Z",
      "2026-03-02T09:00:00Z",
    ]);
  });

  test("adds RDATE, takes out EXDATE, whole days of it too", () => {
    const starts = startsIn(
      ...eventLines(
        "RRULE:FREQ=DAILY;COUNT=4",
        "EXDATE:20260311T090000Z,20260312T080000Z",
        "EXDATE;VALUE=DATE:20260313",
        "RDATE;TZID=Europe/Paris:20260320T120000",
      ),
    );
    expect(starts).toEqual(["2026-03-10T09:00:00Z", "2026-03-12T09:00:00Z", "2026-03-20T11:00:00Z"]);
  });

  test("puts what replaces a single one in its place, and leaves out one that is cancelled", () => {
    const entries = read(
      ...eventLines("RECURRENCE-ID:20260311T090000Z", "DTSTART:20260311T150000Z", "SUMMARY:Later"),
      ...eventLines("RRULE:FREQ=DAILY;COUNT=3"),
      ...eventLines("RECURRENCE-ID;TZID=Europe/Paris:20260312T100000", "STATUS:CANCELLED"),
    );
    expect(entries.map((entry) => (entry.kind === "event" ? entry.event : entry))).toEqual([
      { uid: "one@example.com/2026-03-11T09:00:00Z", title: "Later", start: "2026-03-11T15:00:00Z" },
      { uid: "one@example.com/2026-03-10T09:00:00Z", title: "Dentist", start: "2026-03-10T09:00:00Z" },
      { kind: "skipped", line: 16, uid: "one@example.com", reason: "it is cancelled" },
    ]);
  });

  test("recurs on whole days and on the owner's clock, too", () => {
    const days = eventLines(
      "UID:d",
      "DTSTART;VALUE=DATE:20240229",
      "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5",
    );
    const owners = eventLines("UID:o", "DTSTART:20260309T070000", "RRULE:FREQ=WEEKLY;COUNT=2");
    expect(eventsIn(...days, ...owners)).toEqual([
      { uid: "d/2026-03-05", title: "Dentist", start: "2026-03-05", end: "2026-03-06" },
      { uid: "o/2026-03-09T07:00", title: "Dentist", start: "2026-03-09T07:00" },
      { uid: "o/2026-03-16T07:00", title: "Dentist", start: "2026-03-16T07:00" },
    ]);
  });

  test("is skipped when its last time is over", () => {
    expect(read(...eventLines("DTSTART:20250101T090000Z", "RRULE:FREQ=DAILY;COUNT=5"))).toMatchObject([
      { kind: "skipped", reason: "it is over" },
    ]);
  });

  test.each([
    ["DTSTART;TZID=Europe/Paris:20260106T013000", "RRULE:FREQ=DAILY"],
    ["DTSTART;TZID=America/New_York:20250131T230000", "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"],
    ["DTSTART;TZID=Pacific/Auckland:20250107T090000", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH"],
    ["DTSTART;TZID=Asia/Kolkata:20250101T090000", "RRULE:FREQ=MONTHLY;BYDAY=2WE"],
    ["DTSTART:20250101T090000Z", "RRULE:FREQ=YEARLY;BYMONTH=4,9;BYDAY=1MO,-1FR"],
  ])("finds the times that another implementation finds: %s %s", (start, rule) => {
    const text = calendarText(...eventLines(start, rule));
    const [event] = Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === "VEVENT");
    if (event?.type !== "VEVENT" || !event.rrule) throw new Error("Cannot test: node-ical found no rule");
    const expected = event.rrule.between(new Date(HORIZON.fromMs), new Date(HORIZON.toMs), true);
    const instants = expected.map((date) => new Date(date).toISOString().replace(".000", ""));
    expect(instants.length).toBeGreaterThan(3);
    expect(startsIn(...eventLines(start, rule))).toEqual(instants);
  });
});
