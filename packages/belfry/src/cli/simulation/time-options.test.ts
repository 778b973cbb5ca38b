import { describe, expect, test } from "vitest";
import { parseBegin, parseDateChange, parseEnd, parseOutage, parseZoneChange } from "./time-options.ts";

const clocks = { timeZone: "Europe/Paris", now: () => Date.UTC(2027, 0, 1) };
const at = (text: string): number => Date.parse(text);

describe("the times of a simulation", () => {
  test("parseBegin() and parseEnd() take a day whole, and an instant as it is", () => {
    expect(parseBegin("2027-01-01", clocks)).toBe(at("2026-12-31T23:00Z"));
    expect(parseEnd("2027-12-31", clocks)).toBe(at("2027-12-31T23:00Z"));
    expect(parseEnd("2027-03-28", clocks)).toBe(at("2027-03-28T22:00Z"));
    expect(parseBegin("2027-07-01 09:00", clocks)).toBe(at("2027-07-01T07:00Z"));
    expect(parseEnd("2027-07-01T09:00+01:00", clocks)).toBe(at("2027-07-01T08:00Z"));
  });

  test.each(["2027-02-29", "2027-13-01", "tomorrow", "", "2027-01-01T25:00"])(
    "parseBegin() refuses %j, and says what is allowed",
    (text) => expect(() => parseBegin(text, clocks)).toThrow("Allowed: a day such as 2027-01-31"),
  );

  test("parseOutage() takes a length or an end", () => {
    const day = { fromMs: at("2027-03-27T21:00Z"), toMs: at("2027-03-28T21:00Z") };
    for (const text of [
      "2027-03-27T22:00/P1D",
      "2027-03-27 22:00 / 24h",
      "2027-03-27T21:00Z/2027-03-28T21:00Z",
    ])
      expect(parseOutage(text, clocks)).toEqual(day);
    expect(parseOutage("2027-03-27/2027-03-28T09:00", clocks).toMs).toBe(at("2027-03-28T07:00Z"));
  });

  test.each([
    "2027-03-27T22:00",
    "x/P1D",
    "2027-03-27T22:00/soon",
    "2027-03-27T22:00/P1D/P1D",
    "/P1D",
    "2027-03-27/P0D",
    "2027-03-27/2027-03-26",
  ])("parseOutage() refuses %j, and says what is allowed", (text) =>
    expect(() => parseOutage(text, clocks)).toThrow("Allowed: 2027-03-27T22:00/P1D"),
  );

  test("parseZoneChange() takes ids with @ and =, and resolves the zone", () => {
    const change = { recipient: "a=b@example.com", atMs: at("2027-06-01T10:00Z"), timeZone: "Asia/Tokyo" };
    expect(parseZoneChange("a=b@example.com@2027-06-01T12:00=asia/tokyo", clocks)).toEqual(change);
    expect(parseZoneChange("ada@2027-06-01=UTC", clocks)).toMatchObject({ atMs: at("2027-05-31T22:00Z") });
  });

  test.each(["ada", "ada@2027-06-01T12:00", "@2027-06-01T12:00=UTC", "ada@never=UTC", "ada=UTC"])(
    "parseZoneChange() refuses %j, and says what is allowed",
    (text) =>
      expect(() => parseZoneChange(text, clocks)).toThrow('Allowed: "ada@2027-06-01T12:00=Asia/Tokyo"'),
  );

  test("parseZoneChange() says what is wrong with a zone", () => {
    expect(() => parseZoneChange("ada@2027-06-01T12:00=EST", clocks)).toThrow(/EST .*more than one clock/);
  });

  test("parseDateChange() takes a date with or without its year, and refuses what is none", () => {
    const atMs = at("2027-06-01T10:00Z");
    const change = (date: string) => parseDateChange(`ada@2027-06-01T12:00=birthday:${date}`, clocks);
    expect(change("1990-12-10")).toEqual({ recipient: "ada", atMs, dates: { birthday: "1990-12-10" } });
    expect(change("--02-29")).toMatchObject({ dates: { birthday: "--02-29" } });
    for (const date of ["1991-02-29", "--02-30", "soon", ""]) expect(() => change(date)).toThrow("Allowed:");
  });
});
