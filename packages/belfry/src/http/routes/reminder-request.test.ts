import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { problemSchema } from "../schemas/problem.ts";

const REMINDER = { schedule: { in: "PT1H" }, to: { channel: "inbox" }, message: "Ring" };
const STORABLE = "Unicode text without NUL";
const TEXT_ALLOWED = "a text of 1 to 4096 characters";

/** What is sent beside a right reminder; and the path, value and allowed words that come back. */
const WRONG: [name: string, change: object, path: string, value: unknown, allowed: string | RegExp][] = [
  ["an unknown field", { colour: "red" }, "/colour", "red", /^only schedule, to, message, /],
  ["no schedule", { schedule: undefined }, "/schedule", undefined, /at, in, every, cron/],
  ["a schedule of a wrong type", { schedule: 5 }, "/schedule", 5, /./],
  ["an unknown kind of schedule", { schedule: { never: true } }, "/schedule", { never: true }, /./],
  ["a broken cron", { schedule: { cron: "61 * * * *" } }, "/schedule/cron", "61 * * * *", /./],
  [
    "a schedule in the past",
    { schedule: { at: "2020-01-01T00:00:00Z" } },
    "/schedule/at",
    "2020-01-01T00:00:00Z",
    /./,
  ],
  ["days of interval", { schedule: { every: "P1D" } }, "/schedule/every", "P1D", /./],
  [
    "an unknown zone",
    { schedule: { at: "2027-01-01T09:00", timeZone: "Mars/One" } },
    "/schedule/timeZone",
    "Mars/One",
    /IANA/,
  ],
  ["no target", { to: undefined }, "/to", undefined, "a JSON object with channel, address, endpoint"],
  ["an empty target", { to: {} }, "/to/channel", undefined, /name of a channel/],
  ["a channel of a wrong type", { to: { channel: 1 } }, "/to/channel", 1, /name of a channel/],
  ["an unknown channel", { to: { channel: "pigeon" } }, "/to/channel", "pigeon", "one of inbox, webhook"],
  [
    "a wrong address",
    { to: { channel: "webhook", address: "ftp://x" } },
    "/to/address",
    "ftp://x",
    "an https URL",
  ],
  [
    "a channel beside an endpoint",
    { to: { channel: "inbox", endpoint: "a" } },
    "/to/channel",
    "inbox",
    /alone/,
  ],
  ["an address beside an endpoint", { to: { address: "x", endpoint: "a" } }, "/to/address", "x", /alone/],
  ["an unknown endpoint", { to: { endpoint: "nobody" } }, "/to/endpoint", "nobody", /endpoint/],
  [
    "an unknown field of the target",
    { to: { channel: "inbox", x: 1 } },
    "/to/x",
    1,
    "only channel, address, endpoint",
  ],
  [
    "neither message nor content",
    { message: undefined },
    "/message",
    undefined,
    "message, or content instead",
  ],
  [
    "both message and content",
    { content: { text: "a" } },
    "/message",
    "Ring",
    "message or content, one of the two",
  ],
  ["an empty message", { message: "" }, "/message", "", TEXT_ALLOWED],
  ["a long message", { message: "x".repeat(4097) }, "/message", `${"x".repeat(199)}…`, TEXT_ALLOWED],
  ["a message of a wrong type", { message: { a: 1 } }, "/message", { a: 1 }, TEXT_ALLOWED],
  [
    "an empty content",
    { message: undefined, content: {} },
    "/content",
    {},
    "at least one of title, text, html, data",
  ],
  [
    "a content of a wrong type",
    { message: undefined, content: "a" },
    "/content",
    "a",
    "a JSON object with title, text, html, data",
  ],
  [
    "an unknown part of content",
    { message: undefined, content: { body: "a" } },
    "/content/body",
    "a",
    "only title, text, html, data",
  ],
  [
    "a title of a wrong type",
    { message: undefined, content: { title: 1 } },
    "/content/title",
    1,
    "a text of 1 to 256 characters",
  ],
  ["an unknown catchUp", { catchUp: "some" }, "/catchUp", "some", /^one of latest, all, none/],
  ["a usefulFor of a wrong type", { usefulFor: 5 }, "/usefulFor", 5, /ISO 8601 duration/],
  ["a usefulFor in words", { usefulFor: "two days" }, "/usefulFor", "two days", /ISO 8601 duration/],
  ["a retry of a wrong type", { retry: 3 }, "/retry", 3, "a JSON object with maxAttempts, initial, max"],
  ["a fraction of attempts", { retry: { maxAttempts: 1.5 } }, "/retry/maxAttempts", 1.5, /from 1 to 100/],
  ["no attempts", { retry: { maxAttempts: 0 } }, "/retry/maxAttempts", 0, /from 1 to 100/],
  ["too many attempts", { retry: { maxAttempts: 101 } }, "/retry/maxAttempts", 101, /from 1 to 100/],
  ["a short first wait", { retry: { initial: "PT0.01S" } }, "/retry/initial", "PT0.01S", /PT0.05S/],
  ["a broken longest wait", { retry: { max: "soon" } }, "/retry/max", "soon", /ISO 8601 duration/],
  [
    "an unknown field of retry",
    { retry: { forever: true } },
    "/retry/forever",
    true,
    "only maxAttempts, initial, max",
  ],
  ["an unknown inDoubt", { inDoubt: "drop" }, "/inDoubt", "drop", "one of resend, hold"],
  ["metadata that is a list", { metadata: [1] }, "/metadata", [1], "a JSON object"],
  [
    "metadata inside metadata",
    { metadata: { a: { b: 1 } } },
    "/metadata/a",
    { b: 1 },
    /^a text of at most 1024/,
  ],
  [
    "metadata with a long value",
    { metadata: { a: "x".repeat(1025) } },
    "/metadata/a",
    `${"x".repeat(199)}…`,
    /1024/,
  ],
  [
    "a schedule of two kinds",
    { schedule: { in: "PT1H", cron: "0 9 * * *" } },
    "/schedule",
    { in: "PT1H", cron: "0 9 * * *" },
    /^exactly one of at, in/,
  ],
  [
    "metadata with a long value of emoji",
    { metadata: { a: "\u{1f514}".repeat(1025) } },
    "/metadata/a",
    `${"\u{1f514}".repeat(99)}…`,
    /1024/,
  ],
  ["metadata with an empty name", { metadata: { "": 1 } }, "/metadata/", "", "a name of 1 to 64 characters"],
  [
    "metadata with too many entries",
    { metadata: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, 1])) },
    "/metadata",
    expect.anything(),
    "at most 50 entries",
  ],
  ["a name that no endpoint has", { to: { endpoint: "No Name" } }, "/to/endpoint", "No Name", /^1 to 63 /],
  ["a NUL in the message", { message: "a\u0000" }, "/message", "a\u0000", STORABLE],
  ["half a surrogate pair", { message: "\ud83d" }, "/message", "\ufffd", STORABLE],
  ["a NUL in a name of metadata", { metadata: { "a\u0000": 1 } }, "/metadata/a\u0000", "a\u0000", STORABLE],
  [
    "a NUL deep inside data",
    { message: undefined, content: { data: [{ a: ["\u0000"] }] } },
    "/content/data/0/a/0",
    "\u0000",
    STORABLE,
  ],
  [
    "a date of a recipient",
    { schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } } },
    "/schedule/yearly/on/recipientDate",
    "birthday",
    /the name of a date that the recipient has/,
  ],
];

describe("readReminderRequest()", () => {
  test.each(WRONG)("names the field when there is %s", async (_name, change, path, value, allowed) => {
    const { send } = await createApiRig();
    const { status, body, headers } = await send({
      method: "POST",
      path: "/v1/reminders",
      body: { ...REMINDER, ...change },
    });
    expect(status).toBe(400);
    expect(headers.get("content-type")).toBe("application/problem+json");
    const problem = problemSchema.parse(body);
    expect(problem).toEqual(body);
    expect(problem.instance).toBe(headers.get("x-request-id"));
    const error = problem.errors?.find((one) => one.path === path);
    expect(error, JSON.stringify(problem)).toMatchObject({
      field: path.split("/").at(-1),
      message: expect.any(String),
    });
    expect(error?.value).toEqual(value);
    expect(error?.allowed).toMatch(allowed);
  });

  test("counts characters, and not their halves, when metadata holds emoji", async () => {
    const { send } = await createApiRig();
    const metadata = { ["\u{1f514}".repeat(64)]: "\u{1f514}".repeat(1024) };
    const got = await send({ method: "POST", path: "/v1/reminders", body: { ...REMINDER, metadata } });
    expect(got).toMatchObject({ status: 201, body: { metadata } });
  });

  test("names a number when it is too large to be one", async () => {
    const { send } = await createApiRig();
    const body = JSON.stringify({ ...REMINDER, metadata: { a: "?" } }).replace('"?"', "-1e999");
    const problem = problemSchema.parse((await send({ method: "POST", path: "/v1/reminders", body })).body);
    expect(problem.errors).toMatchObject([
      { path: "/metadata/a", value: "-Infinity", allowed: expect.stringMatching(/^a number of at most/) },
    ]);
  });

  test("names every field when several are wrong", async () => {
    const { send } = await createApiRig();
    const body = { schedule: { in: "PT1H" }, to: { channel: "" }, message: 5, inDoubt: "drop", colour: 1 };
    const problem = problemSchema.parse((await send({ method: "POST", path: "/v1/reminders", body })).body);
    expect(problem.code).toBe("invalid_input");
    expect(problem.errors?.map((error) => error.path).sort()).toEqual([
      "/colour",
      "/inDoubt",
      "/message",
      "/to/channel",
    ]);
  });

  test("names what is missing or cannot be stored beside what has the wrong shape", async () => {
    const { send } = await createApiRig();
    const body = { to: {}, metadata: { a: "\u0000" }, catchUp: "some" };
    const problem = problemSchema.parse((await send({ method: "POST", path: "/v1/reminders", body })).body);
    expect(problem.errors?.map((error) => error.path).sort()).toEqual([
      "/catchUp",
      "/message",
      "/metadata/a",
      "/schedule",
      "/to/channel",
    ]);
  });

  test("names what is wrong beside a schedule that is wrong too", async () => {
    const { send } = await createApiRig();
    const to = { channel: "pigeon" };
    const body = {
      schedule: { cron: "x" },
      to,
      message: "Ring",
      usefulFor: "P1Y",
      retry: { initial: "soon" },
    };
    const problem = problemSchema.parse((await send({ method: "POST", path: "/v1/reminders", body })).body);
    expect(problem.code).toBe("invalid_schedule");
    expect(problem.errors?.map((error) => error.path).sort()).toEqual([
      "/retry/initial",
      "/schedule/cron",
      "/to/channel",
      "/usefulFor",
    ]);
  });

  test.each([
    [{ schedule: { at: "soon" } }, "schedule.at cannot be read"],
    [{ schedule: { in: "PT1H", count: 0 } }, "schedule.count is not a field here"],
    [{ schedule: { every: "PT1H", count: 0 } }, "schedule.count is not a whole number within bounds"],
    [{ schedule: { every: "P1D" } }, "schedule.every is refused: days differ in length; give an rrule"],
    [
      { schedule: { at: "2027-01-01T09:00", timeZone: "Mars/One" } },
      "schedule.timeZone is not a known time zone",
    ],
    [{ schedule: {} }, "schedule is refused: a schedule has one kind; it has none"],
    [{ message: "" }, "message is too short"],
    [{ to: { channel: "pigeon" } }, "to.channel names no channel"],
    [{ retry: { max: "PT1S", initial: "PT2S" } }, "retry.max is less than retry.initial"],
  ])("names the field once in its words when %j is wrong", async (change, words) => {
    const { send } = await createApiRig();
    const { body } = await send({ method: "POST", path: "/v1/reminders", body: { ...REMINDER, ...change } });
    const problem = problemSchema.parse(body);
    expect(problem.detail).toMatch(/^Cannot (read|accept) the reminder: /);
    expect(problem.detail).toContain(`: ${words}`);
    expect(words).toContain(problem.errors?.[0]?.message.slice(0, 40));
  });

  test.each([
    ["a list", "[]"],
    ["a text", '"a"'],
    ["null", "null"],
    ["nothing", ""],
  ])("refuses a body that is %s", async (_name, body) => {
    const { send } = await createApiRig();
    const got = await send({ method: "POST", path: "/v1/reminders", body });
    expect(got).toMatchObject({ status: 400, body: { code: "invalid_input", errors: [{ path: "" }] } });
  });
});
