import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Reminder } from "../resources.ts";
import { ok, runAgainst } from "../test/against.ts";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";
import { sampleReminder } from "../test/samples.ts";

/** What an edit of this reminder sends. */
async function patchFor(reminder: Partial<Reminder>, argv: readonly string[]) {
  const before = sampleReminder(reminder);
  const answers = {
    "GET /v1/reminders/rem_1": ok(before),
    "PATCH /v1/reminders/rem_1": ok({ ...before, withdrawn: 0, planned: 0, inFlight: 0 }),
  };
  const { code, err, seen } = await runAgainst(answers, ["edit", "rem_1", ...argv]);
  return { code, err, patch: seen[1]?.body, headers: seen[1]?.headers };
}

const CRON = { cron: "30 9 * * 1-5", timeZone: "Europe/Paris", until: "2027-01-01" };
const RRULE = { rrule: "FREQ=DAILY", start: "2026-01-30T17:00", exdates: ["2026-12-25"] };
const YEARLY = { yearly: { on: "02-29", time: "09:00", leapDay: "mar-1" as const } };

describe("belfry edit", () => {
  test.each<[Reminder["schedule"], string[], object]>([
    [CRON, ["--cron", "0 10 * * *"], { ...CRON, cron: "0 10 * * *" }],
    [CRON, ["--until", "2027-02-01 09:00"], { ...CRON, until: "2027-02-01T09:00" }],
    [CRON, ["--zone", "local", "--clear", "until"], { cron: CRON.cron, timeZone: "Europe/Paris" }],
    [CRON, ["--clear", "zone,until"], { cron: CRON.cron }],
    [CRON, ["--in", "10m"], { in: "PT10M" }],
    [CRON, ["--text", "every day at 8:30"], { text: "every day at 8:30" }],
    [RRULE, ["--rrule", "FREQ=WEEKLY"], { ...RRULE, rrule: "FREQ=WEEKLY" }],
    [RRULE, ["--start", "2026-02-01 08:00"], { ...RRULE, start: "2026-02-01T08:00" }],
    [YEARLY, ["--time", "8:00"], { yearly: { ...YEARLY.yearly, time: "08:00" } }],
    [YEARLY, ["--yearly", "03-15"], { yearly: { ...YEARLY.yearly, on: "03-15" } }],
    [{ every: "PT15M", count: 3 }, ["--every", "20m"], { every: "PT20M", count: 3 }],
    [
      { at: "2026-12-01T09:00", timeZone: "Asia/Tokyo" },
      ["--at", "2026-12-02 09:00"],
      { at: "2026-12-02T09:00", timeZone: "Asia/Tokyo" },
    ],
    [
      { at: "2026-12-01T09:00", timeZone: "Asia/Tokyo" },
      ["--at", "2026-12-02T09:00Z"],
      { at: "2026-12-02T09:00Z" },
    ],
  ])("edit makes of %j with %j the schedule %j", async (schedule, argv, expected) => {
    const { code, patch, headers } = await patchFor({ schedule, revision: 4 }, argv);
    expect(code).toBe(0);
    expect(patch).toEqual({ schedule: expected });
    expect(headers?.["if-match"]).toBe('"4"');
  });

  const FULL: Partial<Reminder> = {
    content: { title: "Team", text: "Stand-up", data: { a: 1 } },
    to: { channel: "webhook", address: "https://example.com/a" },
    metadata: { team: "blue", size: 3 },
  };

  test.each<[string[], object]>([
    [["Sit"], { content: { title: "Team", text: "Sit", data: { a: 1 } } }],
    [["--title", "All", "--clear", "data"], { content: { title: "All", text: "Stand-up" } }],
    [["--data", "null"], { content: { title: "Team", text: "Stand-up", data: null } }],
    [
      ["--address", "https://example.com/b"],
      { to: { channel: "webhook", address: "https://example.com/b" } },
    ],
    [["--endpoint", "billing"], { to: { endpoint: "billing" } }],
    [["--max-attempts", "3"], { retry: { maxAttempts: 3, initial: "PT5S", max: "PT2H", jitter: "full" } }],
    [["--retry-jitter", "none"], { retry: { maxAttempts: 5, initial: "PT5S", max: "PT2H", jitter: "none" } }],
    [["--clear", "retry", "--max-attempts", "3"], { retry: { maxAttempts: 3 } }],
    [["--metadata", "team=red"], { metadata: { team: "red", size: 3 } }],
    [["--clear", "metadata", "--metadata", "a=1"], { metadata: { a: "1" } }],
    [
      ["--clear", "metadata,retry,catch-up,useful-for,in-doubt"],
      { metadata: null, retry: null, catchUp: null, usefulFor: null, inDoubt: null },
    ],
    [["--catch-up", "all", "--useful-for", "2h"], { catchUp: "all", usefulFor: "PT2H" }],
  ])("edit with %j changes that alone", async (argv, expected) => {
    const { code, err, patch } = await patchFor(FULL, argv);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(patch).toEqual(expected);
  });

  test.each<[string[], string]>([
    [[], "Cannot edit: say what to change"],
    [["--in", "1h", "--cron", "0 9 * * *"], "--in and --cron exclude each other"],
    [["--time", "09:00"], "--time goes with --yearly, not with --cron"],
    [["--rrule", "FREQ=DAILY"], "--rrule needs --start"],
    [["--title", "x", "--clear", "title"], "title is both given and cleared"],
    [["--clear", "text"], "nothing would be left to say"],
    [["--clear", "schedule"], "Allowed: title, text, html, data, zone, until, count"],
    [["--address", "x"], "--address needs --channel"],
    [["x", "--if-revision", "0"], "Allowed: a whole number from 1."],
  ])("edit ends with 2 and changes nothing when called with %j", async (argv, part) => {
    const { code, err, patch } = await patchFor({ schedule: CRON, to: { endpoint: "billing" } }, argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(patch).toBeUndefined();
  });
});

describe("belfry edit against the real API", () => {
  let app: AppUnderTest;
  beforeEach(async () => {
    app = await startApp();
  });
  afterEach(() => app.close());

  async function add(...argv: string[]): Promise<string> {
    return JSON.parse((await app.run(["add", "Stand-up", ...argv, "--json"])).out).id;
  }

  test("edit shows what was and what is", async () => {
    const id = await add("--cron", "0 9 * * *", "--zone", "Europe/Paris");
    const { code, out } = await app.run(["edit", id, "Sit", "--cron", "0 10 * * *"]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      `Changed ${id}, which has revision 2 now:`,
      "message   Stand-up → Sit",
      "next      in 8 hours, on Sun 01 Mar 2026 09:00:00 CET → in 9 hours, on Sun 01 Mar 2026 10:00:00 CET",
      'schedule  {"cron":"0 9 * * *","timeZone":"Europe/Paris"} → {"cron":"0 10 * * *","timeZone":"Europe/Paris"}',
      "",
    ]);
  });

  test("edit says so when nothing differs, and gives the API's answer when asked for JSON", async () => {
    const id = await add("--cron", "0 9 * * *");
    expect((await app.run(["edit", id, "Stand-up"])).out).toBe(`${id} is as it was.\n`);
    const { out } = await app.run(["edit", id, "--title", "Team", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ id, content: { title: "Team", text: "Stand-up" }, inFlight: 0 });
  });

  test("edit shows HTML and data as they were and as they are, and show has them", async () => {
    const id = await add("--cron", "0 9 * * *", "--data", '{"job":7}');
    const { out } = await app.run(["edit", id, "--html", "<b>Up</b>", "--data", '{"job":8}']);
    expect(out).toContain('html  none → <b>Up</b>\ndata  {"job":7} → {"job":8}\n');
    expect((await app.run(["show", id])).out).toMatch(/^html +<b>Up<\/b>\ndata +\{"job":8\}$/m);
  });

  test("edit is refused when the revision is another one", async () => {
    const id = await add("--cron", "0 9 * * *");
    const { code, err } = await app.run(["edit", id, "Sit", "--if-revision", "7"]);
    expect(code).toBe(1);
    expect(err).toBe(`Cannot edit: its revision is not 7; \`belfry show ${id}\` shows it as it is\n`);
    expect((await app.run(["show", id])).out).toContain("Stand-up");
  });
});
