import { describe, expect, test } from "vitest";
import { ok, page, runAgainst } from "../test/against.ts";
import { TEST_KEY } from "../test/run.ts";
import { sampleDelivery, sampleReminder } from "../test/samples.ts";

describe("belfry add", () => {
  const CREATED = { "POST /v1/reminders": { status: 201, body: sampleReminder() } };
  const INBOX = { channel: "inbox" };

  test.each([
    [["--in", "10s"], { schedule: { in: "PT10S" }, to: INBOX }],
    [["--in", "1h30m"], { schedule: { in: "PT1H30M" }, to: INBOX }],
    [["--in", "2d"], { schedule: { in: "P2D" }, to: INBOX }],
    [["--in", "10s", "--in", "10s"], { schedule: { in: "PT10S" }, to: INBOX }],
    [["--in", "1w"], { schedule: { in: "P1W" }, to: INBOX }],
    [["--at", "2026-12-01 9:00"], { schedule: { at: "2026-12-01T09:00" }, to: INBOX }],
    [
      ["--yearly", "03-15", "--time", "9:00"],
      { schedule: { yearly: { on: "03-15", time: "09:00" } }, to: INBOX },
    ],
    [["--in", "PT10S"], { schedule: { in: "PT10S" }, to: INBOX }],
    [["--at", "2026-12-01 09:00"], { schedule: { at: "2026-12-01T09:00" }, to: INBOX }],
    [
      ["--at", "2026-12-01 09:00", "--zone", "local"],
      { schedule: { at: "2026-12-01T09:00", timeZone: "Europe/Paris" }, to: INBOX },
    ],
    [["--every", "15m", "--count", "3"], { schedule: { every: "PT15M", count: 3 }, to: INBOX }],
    [
      ["--cron", "30 9 * * 1-5", "--zone", "Europe/Paris", "--webhook", "https://example.com"],
      {
        schedule: { cron: "30 9 * * 1-5", timeZone: "Europe/Paris" },
        to: { channel: "webhook", address: "https://example.com" },
      },
    ],
    [
      ["--rrule", "FREQ=DAILY", "--start", "2026-01-30 17:00", "--until", "2027-01-01 00:00"],
      { schedule: { rrule: "FREQ=DAILY", start: "2026-01-30T17:00", until: "2027-01-01T00:00" }, to: INBOX },
    ],
    [
      ["--yearly", "02-29", "--time", "09:00", "--leap-day", "mar-1", "--endpoint", "billing"],
      { schedule: { yearly: { on: "02-29", time: "09:00", leapDay: "mar-1" } }, to: { endpoint: "billing" } },
    ],
    [
      ["--text", "every weekday at 8:30", "--channel", "sms", "--address", "+33"],
      { schedule: { text: "every weekday at 8:30" }, to: { channel: "sms", address: "+33" } },
    ],
  ])("add sends the schedule and the target of the API when given %j", async (argv, body) => {
    const { code, err, seen } = await runAgainst(CREATED, ["add", "Stretch", ...argv]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect(seen[0]).toMatchObject({ method: "POST", path: "/v1/reminders" });
    expect(seen[0]?.body).toEqual({ ...body, message: "Stretch" });
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
  });

  test("add sends the rest of the options when they are given", async () => {
    const options = [
      ["--title", "Backup", "--data", '{"job":7}', "--catch-up", "all", "--useful-for", "2h"],
      ["--html", "<b>Done</b>", "--retry-initial", "10s", "--retry-max", "1h"],
      ["--max-attempts", "3", "--in-doubt", "hold", "--metadata", "a=1", "--metadata", "b=x=y"],
      ["--idempotency-key", "once"],
    ].flat();
    const { seen } = await runAgainst(CREATED, ["add", "Done", "--in", "10s", ...options]);
    expect(seen[0]?.headers["idempotency-key"]).toBe("once");
    expect(seen[0]?.body).toEqual({
      schedule: { in: "PT10S" },
      to: INBOX,
      content: { title: "Backup", text: "Done", html: "<b>Done</b>", data: { job: 7 } },
      catchUp: "all",
      usefulFor: "PT2H",
      retry: { maxAttempts: 3, initial: "PT10S", max: "PT1H" },
      inDoubt: "hold",
      metadata: { a: "1", b: "x=y" },
    });
  });

  test.each([
    [["add", "x"], "Cannot add: say when: give one of --in"],
    [["add", "x", "--in", "1s", "--at", "2026-12-01"], "--in and --at exclude each other"],
    [["add", "x", "--in", "soon"], "Allowed: 10s, 5m, 1h30m, 2d, 1w or ISO 8601"],
    [["add", "x", "--in", "1s", "--time", "09:00"], "--time goes with --yearly, not with --in"],
    [["add", "x", "--in", "1s", "--count", "3"], "--count goes with --every or --cron or"],
    [["add", "x", "--at", "2030-12-02T09:00", "--until", "2031-01-01"], "--until goes with --every or"],
    [["add", "x", "--rrule", "FREQ=DAILY"], "--rrule needs --start"],
    [["add", "x", "--yearly", "03-15"], "--yearly needs --time"],
    [["add", "--in", "1s"], "Cannot add: say what"],
    [["add", "x", "--in", "1s", "--data", "{"], "Allowed: JSON"],
    [["add", "x", "--in", "1s", "--metadata", "x"], "a name, an equals sign and a value"],
    [["add", "x", "--in", "1s", "--webhook", "u", "--endpoint", "e"], "exclude each other"],
    [["add", "x", "--in", "1s", "--address", "a"], "--address needs --channel"],
    [["add", "x", "--in", "1s", "--catch-up", "some"], "Allowed choices are latest, all, none."],
    [["add", "", "--in", "1s"], "Cannot add: the message is empty"],
    [["add", "x", "--every", "2d"], 'Days follow the calendar: --text "every 2 days at 9:00"'],
    [["add", "x", "--every", "1h", "--zone", "UTC"], "--every takes no --zone"],
    [["add", "x", "--in", "1s", "--in", "2s"], "option '--in' is given twice, as '1s' and as '2s'"],
    [["add", "x", "--in", "1s", "--metadata", "a=1", "--metadata", "a=2"], '"a" is given twice'],
    [["add", "x", "--yearly", "02-29", "--time", "9:00", "--leap-day", "mar-2"], "are feb-28, mar-1."],
  ])("add ends with 2 and asks nobody when called as %j", async (argv, part) => {
    const { code, err, seen } = await runAgainst(CREATED, argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(seen).toEqual([]);
  });

  test("add says what was added and when it rings when it is done", async () => {
    const { out } = await runAgainst(CREATED, ["add", "Stand-up", "--in", "10s"]);
    expect(out).toBe(
      'Added rem_1: "Stand-up" rings in 10 seconds, on Mon 23 Nov 2026 09:30:10 CET, in the inbox.\n',
    );
  });

  test("add says what other clocks show when the rule is read in another zone", async () => {
    const resolution = { kind: "exact", timeZone: "Asia/Tokyo", zoneData: "2026c" } as const;
    const next = { nominal: "2026-11-24T09:00", due: "2026-11-24T00:00:00Z", resolution };
    const body = sampleReminder({ next, to: { channel: "webhook", address: "https://example.com" } });
    const { out } = await runAgainst({ "POST /v1/reminders": { status: 201, body } }, [
      "add",
      "x",
      "--in",
      "1s",
    ]);
    expect(out).toContain(
      "rings in 15 hours, on Tue 24 Nov 2026 01:00:00 CET (2026-11-24T09:00 in Asia/Tokyo)",
    );
    expect(out).toContain("to webhook https://example.com.");
  });

  test("add prints the answer of the API when asked for JSON", async () => {
    const { out } = await runAgainst(CREATED, ["add", "x", "--in", "10s", "--json"]);
    expect(JSON.parse(out)).toEqual(sampleReminder());
  });

  test("add names every wrong field when the server refuses", async () => {
    const errors = [
      {
        path: "/schedule/cron",
        field: "cron",
        value: "61 * * * *",
        message: "has no minute 61",
        allowed: "0 to 59",
      },
      { path: "/to/address", field: "address", message: "is missing", allowed: "a URL" },
    ];
    const body = { status: 400, code: "invalid_schedule", detail: "Cannot accept: 2 fields", errors };
    const { code, out, err } = await runAgainst({ "POST /v1/reminders": { status: 400, body } }, [
      "add",
      "x",
      "--cron",
      "61 * * * *",
    ]);
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err).toBe(
      'Cannot add: schedule.cron "61 * * * *" has no minute 61; allowed: 0 to 59\n' +
        "  also to.address is missing; allowed: a URL\n",
    );
  });
});

describe("belfry list", () => {
  test("list prints a table when there are reminders", async () => {
    const other = sampleReminder({
      id: "rem_22",
      state: "finished",
      next: null,
      content: { title: "T", text: "a\nb" },
    });
    const { out, err } = await runAgainst(
      { "GET /v1/reminders?limit=20": page([sampleReminder(), other], "more") },
      ["list"],
    );
    expect(out.split("\n")).toEqual([
      "ID      STATE     NEXT                 TO     MESSAGE",
      "rem_1   active    2026-11-23 09:30:10  inbox  Stand-up",
      "rem_22  finished  -                    inbox  T: a b",
      "",
    ]);
    expect(err).toBe("There are more: --all, or a higher --limit.\n");
  });

  test("list asks for a state and follows cursors when told to", async () => {
    const answers = {
      "GET /v1/reminders?state=active&limit=100": page([sampleReminder()], "c1"),
      "GET /v1/reminders?state=active&limit=100&cursor=c1": page([sampleReminder({ id: "rem_2" })]),
    };
    const { out } = await runAgainst(answers, ["list", "--state", "active", "--all", "--json"]);
    expect(JSON.parse(out)).toEqual({
      items: [sampleReminder(), sampleReminder({ id: "rem_2" })],
      nextCursor: null,
    });
  });

  test("list fits a narrow terminal and colours it when it writes to one", async () => {
    const long = sampleReminder({ content: { text: "long ".repeat(40) } });
    const answers = { "GET /v1/reminders?limit=20": page([long]) };
    const terminal = { isTerminal: true, columns: 72 };
    const coloured = await runAgainst(answers, ["list"], terminal);
    expect(coloured.out).toContain("\u001b[32mactive\u001b[39m");
    const plain = await runAgainst(answers, ["list"], { ...terminal, env: { NO_COLOR: "1" } });
    expect(plain.out).not.toContain("\u001b");
    expect(plain.out).toContain("…");
    for (const line of plain.out.split("\n")) expect(line.length).toBeLessThanOrEqual(72);
  });

  test.each([
    [["list"], "reminders?limit=20", 'belfry add "Stretch" --in 10s'],
    [["list", "--state", "paused"], "reminders?state=paused&limit=20", "No reminder is paused."],
    [["deliveries"], "deliveries?limit=20", "There are no deliveries yet"],
    [
      ["deliveries", "--reminder", "rem_1", "--state", "dead"],
      "deliveries?reminder=rem_1&state=dead&limit=20",
      "There is no delivery of rem_1 that is dead.",
    ],
  ])("%j says so beside its results when there is nothing", async (argv, path, remark) => {
    const answers = { [`GET /v1/${path}`]: page([]) };
    const plain = await runAgainst(answers, argv);
    expect(plain).toMatchObject({ code: 0, out: "", err: expect.stringContaining(remark) });
    const json = await runAgainst(answers, [...argv, "--json"]);
    expect(json.err).toBe("");
    expect(JSON.parse(json.out)).toEqual({ items: [], nextCursor: null });
  });
});

describe("belfry deliveries", () => {
  test("deliveries prints a table when there are some", async () => {
    const dead = sampleDelivery({ id: "dlv_2", state: "dead", reason: "answered 500", latenessMs: 65_000 });
    const path = "GET /v1/deliveries?reminder=rem_1&state=dead&limit=5";
    const { out } = await runAgainst({ [path]: page([dead]) }, [
      ...["deliveries", "--reminder", "rem_1", "--state", "dead", "--limit", "5"],
    ]);
    expect(out).toBe(
      "ID     STATE  DUE                    LATE  TRIES  TO     REASON\n" +
        "dlv_2  dead   2026-11-20 09:30:00  65.0 s      0  inbox  answered 500\n",
    );
  });
});

describe("belfry preview", () => {
  const resolution = {
    kind: "gap",
    note: "02:30 does not exist",
    timeZone: "Europe/Paris",
    zoneData: "2026c",
  };
  const occurrences = [{ nominal: "2027-03-28T02:30", due: "2027-03-28T01:30:00Z", resolution }];

  test("preview shows each occurrence on the rule's clocks and on ours when there are some", async () => {
    const answers = {
      "POST /v1/schedules/preview": ok({ occurrences, text: "every day at 02:30, Europe/Paris" }),
    };
    const argv = ["preview", "--cron", "30 2 * * *", "--after", "2027-03-27 12:00Z", "-n", "1"];
    const { out, seen } = await runAgainst(answers, argv);
    expect(seen[0]?.body).toEqual({
      schedule: { cron: "30 2 * * *" },
      count: 1,
      after: "2027-03-27T12:00Z",
    });
    expect(out).toContain("every day at 02:30, Europe/Paris\n");
    expect(out).toContain(
      "2027-03-28T02:30  Sun 28 Mar 2027 03:30:00 CEST  in 124 days  02:30 does not exist",
    );
  });

  test("preview says so when the rule is exhausted", async () => {
    const answers = { "POST /v1/schedules/preview": ok({ occurrences: [], text: "once" }) };
    const { code, out } = await runAgainst(answers, ["preview", "--at", "2020-01-01 09:00"]);
    expect(code).toBe(0);
    expect(out).toBe("once\nIt is over: it rings no more, and `belfry add` would refuse it.\n");
  });

  test("preview says that no more follow when asked for what comes after an instant", async () => {
    const answers = { "POST /v1/schedules/preview": ok({ occurrences: [], text: "once" }) };
    const argv = ["preview", "--at", "2027-01-01 09:00", "--after", "2028-01-01T00:00Z"];
    expect((await runAgainst(answers, argv)).out).toBe("once\nNo more occurrences after that.\n");
  });

  test.each(["0", "1001", "1.5", "many"])("preview ends with 2 when it is to show %s", async (count) => {
    const { code, err, seen } = await runAgainst({}, ["preview", "--in", "1h", "--next", count]);
    expect(code).toBe(2);
    expect(err).toContain("Allowed: a whole number from 1 to 1000.");
    expect(seen).toEqual([]);
  });
});
