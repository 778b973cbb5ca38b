import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";
import type { CliRun } from "../test/run.ts";

let app: AppUnderTest;
let folder: string;
beforeEach(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), "belfry-calendar-"));
  const body = { externalId: "ada", firstName: "Ada", timeZone: "Europe/Paris" };
  await app.rig.send({ method: "POST", path: "/v1/recipients", body });
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function importing(name: string, content: string | Uint8Array, ...argv: string[]): Promise<CliRun> {
  const path = join(folder, name);
  await writeFile(path, content);
  return app.run(["calendar", "import", path, "--recipient", "ada", ...argv]);
}

async function events(): Promise<Record<string, unknown>[]> {
  return JSON.parse((await app.run(["calendar", "list", "--all", "--json"])).out).items;
}

const ICS = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN"],
  ...[
    "BEGIN:VEVENT",
    "UID:a@x",
    "DTSTART;TZID=Europe/Paris:20260310T120000",
    "DTEND;TZID=Europe/Paris:20260310T130000",
  ],
  ...["SUMMARY:Lunch\\, late", "DESCRIPTION:In the", "  garden", "END:VEVENT"],
  ...[
    "BEGIN:VEVENT",
    "UID:b@x",
    "DTSTART:20260302T080000",
    "RRULE:FREQ=WEEKLY;COUNT=3",
    "SUMMARY:Gym",
    "END:VEVENT",
  ],
  ...["BEGIN:VEVENT", "UID:c@x", "DTSTART:20261399", "SUMMARY:Wrong", "END:VEVENT"],
  ...[
    "BEGIN:VEVENT",
    "UID:d@x",
    "DTSTART;VALUE=DATE:20260401",
    `SUMMARY:${"long".repeat(200)}`,
    "END:VEVENT",
  ],
  ...["BEGIN:VEVENT", "UID:e@x", "DTSTART:20250101T080000Z", "SUMMARY:Past", "END:VEVENT"],
  ...["BEGIN:VEVENT", "UID:f@x", "DTSTART:20260310T080000Z", "SUMMARY:Off", "STATUS:CANCELLED", "END:VEVENT"],
  "END:VCALENDAR",
  "",
].join("\r\n");

describe("belfry calendar import", () => {
  test("takes what is right of an .ics file, and tells of the rest with its line, UID, field and reason", async () => {
    const { code, out, err } = await importing("work.ics", ICS);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err.split("\n")).toEqual([
      'Cannot import line 20: DTSTART "20261399" is no time (UID c@x); allowed: a DATE such as 20261201, or a DATE-TIME such as 20261201T090000Z',
      expect.stringMatching(
        /^Cannot import line 23: title "long.*… is too long \(UID d@x\); allowed: 1 to 500 characters/,
      ),
      "Imported 4 calendar events: 4 added; 2 failed; 1 is over; 1 is cancelled.",
      "3 of them are occurrences of events that recur: those of the year to come. Import the file again for later ones.",
      "",
    ]);
    expect(await events()).toMatchObject([
      { uid: "b@x/2026-03-02T08:00", title: "Gym", start: "2026-03-02T07:00:00Z" },
      { uid: "b@x/2026-03-09T08:00" },
      {
        uid: "a@x",
        title: "Lunch, late",
        description: "In the garden",
        start: "2026-03-10T11:00:00Z",
        end: "2026-03-10T12:00:00Z",
      },
      { uid: "b@x/2026-03-16T08:00" },
    ]);
  });

  test("makes nothing twice, and changes what the file says otherwise", async () => {
    await importing("work.ics", ICS);
    const { err } = await importing("work.ics", ICS.replace("SUMMARY:Lunch\\, late", "SUMMARY:Dinner"));
    expect(err).toContain("Imported 4 calendar events: 1 changed, 3 as they were; 2 failed");
    expect((await events()).map(({ title }) => title)).toEqual(["Gym", "Gym", "Dinner", "Gym"]);
  });

  test("checks the file with --dry-run, and stores nothing", async () => {
    const { code, err } = await importing("work.ics", ICS, "--dry-run");
    expect(code).toBe(1);
    expect(err).toContain("5 calendar events would be sent; 1 failed; 1 is over; 1 is cancelled.\n");
    expect(await events()).toEqual([]);
  });

  test("takes NDJSON, an event a line, of the recipient unless a line names another", async () => {
    await app.rig.send({ method: "POST", path: "/v1/recipients", body: { externalId: "bob" } });
    const lines = [
      '{"title":"Lunch","start":"2026-03-10T12:00"}',
      "",
      '{"title":"Gym","start":"2026-03-02","uid":"g","owner":"bob"}',
      '{"title":"Cut o',
      "[1]",
      '{"title":"Nobody","start":"2026-03-02","owner":"nobody"}',
      '{"start":"2026-03-02"}',
    ];
    const { code, err } = await importing("events.ndjson", lines.join("\n"));
    expect(code).toBe(1);
    const told = err.split("\n");
    expect(told[0]).toMatch(/^Cannot import line 4: it is not JSON, perhaps cut off: /);
    expect(told[1]).toMatch(/^Cannot import line 5: it is no object; allowed: a JSON object/);
    expect(told[2]).toMatch(
      /^Cannot import line 6: owner "nobody" names no recipient \(UID line-\w{32}\); allowed: the id/,
    );
    expect(told[3]).toMatch(/^Cannot import line 7: title is missing \(UID line-\w{32}\); allowed: 1 to 500/);
    expect(told[4]).toBe("Imported 2 calendar events: 2 added; 4 failed.");
    expect(await events()).toMatchObject([
      { title: "Gym", uid: "g", allDay: true },
      { title: "Lunch", start: "2026-03-10T11:00:00Z" },
    ]);
    expect((await importing("events.ndjson", lines.join("\n"))).err).toContain("2 as they were");
  });

  test("knows what standard input holds by its first line, and tells programs of each event", async () => {
    const argv = ["calendar", "import", "-", "--recipient", "ada", "--json"];
    const { code, out } = await app.run(argv, { stdin: Readable.from([Buffer.from(ICS)]) as never });
    expect(code).toBe(1);
    const told = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(told.map(({ line, status, uid }) => `${line} ${status} ${uid}`)).toEqual([
      "20 failed c@x",
      "28 skipped e@x",
      "33 skipped f@x",
      "4 added a@x",
      "12 added b@x/2026-03-02T08:00",
      "12 added b@x/2026-03-09T08:00",
      "12 added b@x/2026-03-16T08:00",
      "23 failed d@x",
    ]);
    expect(told[3].id).toMatch(/^evt_/);
    expect(told[0].problem.errors[0]).toMatchObject({ field: "DTSTART", value: "20261399" });
  });

  test("sends a large file in several calls", async () => {
    const lines = Array.from(
      { length: 2_500 },
      (_, index) => `{"title":"no. ${index}","start":"2026-04-01","uid":"u${index}"}`,
    );
    const { code, err } = await importing("many.ndjson", lines.join("\n"));
    expect({ code, err }).toEqual({ code: 0, err: "Imported 2,500 calendar events: 2,500 added.\n" });
    expect(await events()).toHaveLength(2_500);
  });

  test.each([
    ["an unknown recipient", ["--recipient", "nobody"], 1, "there is none with the id or externalId"],
    ["a file that is not there", ["--recipient", "ada"], 2, "the file cannot be read"],
  ])("refuses %s", async (_name, argv, code, message) => {
    const path = join(folder, "some.ics");
    if (code === 1) await writeFile(path, ICS);
    const refused = await app.run(["calendar", "import", path, ...argv]);
    expect(refused.code).toBe(code);
    expect(refused.err).toContain(message);
  });

  test("asks for the recipient, and refuses another format", async () => {
    expect(await app.run(["calendar", "import", "x.ics"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("--recipient"),
    });
    expect(await importing("x.ics", ICS, "--format", "csv")).toMatchObject({
      code: 2,
      err: expect.stringContaining("ics, ndjson"),
    });
    const { code, err } = await importing("x.ics", "no calendar at all");
    expect({ code, err }).toMatchObject({
      code: 1,
      err: expect.stringContaining("Cannot import line 1: VCALENDAR is not there"),
    });
  });
});

describe("belfry calendar", () => {
  test("add puts an event in, list shows what is to come, remove takes it out", async () => {
    const added = await app.run([
      "calendar",
      "add",
      "Dentist",
      "--recipient",
      "ada",
      "--start",
      "2026-03-10 09:00",
      "--end",
      "2026-03-10 09:30",
    ]);
    expect(added).toMatchObject({ code: 0, err: "" });
    const id = /evt_\w+/.exec(added.out)?.[0] ?? "";
    expect(added.out).toBe(`Added ${id}: "Dentist", Tue 10 Mar 2026 09:00:00 CET\n`);
    await app.run(["calendar", "add", "Holiday", "--recipient", "ada", "--start", "2026-02-20"]);
    await app.run([
      "calendar",
      "add",
      "Trip",
      "--recipient",
      "ada",
      "--start",
      "2026-04-01",
      "--end",
      "2026-04-03",
    ]);
    const { out } = await app.run(["calendar", "--recipient", "ada"]);
    expect(out.split("\n").map((line) => line.replace(/ +\S+ +\S+$/, ""))).toEqual([
      expect.stringMatching(/^BEGINS +ENDS +TITLE/),
      "2026-03-10 09:00:00  2026-03-10 09:30:00  Dentist",
      "2026-04-01           2026-04-03           Trip",
      "",
    ]);
    expect(
      (
        await app.run([
          "calendar",
          "list",
          "--from",
          "2026-02-01 00:00",
          "--to",
          "2026-03-01 00:00",
          "--json",
        ])
      ).out,
    ).toContain("Holiday");
    expect((await app.run(["calendar", "remove", id])).out).toBe(`Removed ${id}.\n`);
    expect(await app.run(["calendar", "remove", id])).toMatchObject({ code: 1 });
    expect((await app.run(["calendar", "list", "--to", "2026-03-31 00:00"])).err).toContain(
      "There are no calendar events",
    );
  });

  test.each([
    [["add", "X", "--recipient", "ada"], 2, "--start"],
    [["add", "X", "--start", "2026-03-10"], 2, "--recipient"],
    [
      ["add", "X", "--recipient", "ada", "--start", "noon"],
      1,
      'start "noon" is no time; allowed: an instant',
    ],
    [["add", "X", "--recipient", "bob", "--start", "2026-03-10"], 1, 'owner "bob" names no recipient'],
    [["list", "--from", "monday"], 2, "--from"],
    [["list", "--recipient", "bob"], 1, 'owner "bob" names no recipient'],
    [["address", "bob"], 1, 'there is none with the id or externalId "bob"'],
    [["address"], 2, "recipient"],
    [["march"], 2, "unknown command 'calendar march'"],
  ])("refuses %j", async (argv, code, message) => {
    const refused = await app.run(["calendar", ...argv]);
    expect(refused.code).toBe(code);
    expect(refused.err).toContain(message);
  });

  test("address makes one that works, addresses lists it, revoke ends it", async () => {
    const made = await app.run(["calendar", "address", "ada"]);
    expect(made.err).toMatch(/^Made cal_\w+; its address is shown this once:\n$/);
    expect(made.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/calendar\/\w{40}\.ics\n$/);
    const read = () => fetch(made.out.trim());
    const response = await read();
    expect(response.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    expect(await response.text()).toContain("BEGIN:VCALENDAR\r\n");
    expect((await app.run(["calendar", "addresses", "ada"])).out).toMatch(
      /^ID +MADE\ncal_\w+ +2026-03-01 01:00:00\n$/,
    );
    expect((await app.run(["calendar", "revoke", "ada"])).out).toBe("Revoked 1 of the addresses.\n");
    expect((await read()).status).toBe(404);
    expect((await app.run(["calendar", "addresses", "ada"])).err).toBe("There are none.\n");
    expect((await app.run(["calendar", "revoke", "ada", "--address", "cal_x"])).err).toBe(
      "There was none to revoke.\n",
    );
  });
});
