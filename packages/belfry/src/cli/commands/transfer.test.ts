import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Reminder } from "../resources.ts";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";

const INBOX = { channel: "inbox" };

let app: AppUnderTest;
let folder: string;
beforeEach(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), "belfry-transfer-"));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function file(name: string, lines: readonly (object | string)[]): Promise<string> {
  const text = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");
  await writeFile(join(folder, name), `${text}\n`);
  return join(folder, name);
}

async function reminders(of: AppUnderTest = app): Promise<Reminder[]> {
  return JSON.parse((await of.run(["list", "--all", "--json"])).out).items;
}

function reminder(text: string, more: object = {}): object {
  return { schedule: { cron: "0 9 * * *" }, to: INBOX, message: text, ...more };
}

describe("belfry import", () => {
  test("import makes 5,000 reminders in batches of 1,000, and none of them twice", async () => {
    const path = await file(
      "many.ndjson",
      Array.from({ length: 5000 }, (_, at) => reminder(`Number ${at}`)),
    );
    const first = await app.run(["import", path]);
    expect(first).toEqual({ code: 0, out: "", err: "Imported 5,000 reminders.\n" });
    const second = await app.run(["import", path]);
    expect(second.err).toBe("Imported 5,000 reminders (5,000 of them in an earlier run).\n");
    const later = await app.run(["import", path, "--from-line", "4001"]);
    expect(later.err).toBe("Imported 1,000 reminders (1,000 of them in an earlier run).\n");
    expect((await reminders()).length).toBe(5000);
    await app.run(["import", path, "--from-line", "4001", "--again"]);
    expect((await reminders()).length).toBe(6000);
  });

  test("import reports every bad line with its number, and the others go on", async () => {
    const nested = "[".repeat(62) + "]".repeat(62);
    const path = await file("bad.ndjson", [
      reminder("good"),
      "",
      "not json",
      reminder("x", { schedule: { cron: "61 * * * *" } }),
      reminder("x", { to: { endpoint: "nowhere" }, colour: "red" }),
      "[1]",
      JSON.stringify(reminder("x", { content: { data: "y".repeat(300 * 1024) } })),
      `{"schedule":{"cron":"0 9 * * *"},"to":{"channel":"inbox"},"content":{"data":${nested}}}`,
      reminder("good, too"),
      '{"schedule":{"in":"PT1H"},"to":{"chan',
    ]);
    const { code, err } = await app.run(["import", path]);
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot import line 3: it is not JSON, perhaps cut off: /m);
    expect(err).toMatch(/^Cannot import line 4: schedule.cron "61 \* \* \* \*" is refused: .*; allowed: /m);
    expect(err).toMatch(
      /^Cannot import line 5: colour "red" is not a known field; allowed: only schedule, /m,
    );
    expect(err).toMatch(/^Cannot import line 6: it is no JSON object/m);
    expect(err).toMatch(/^Cannot import line 7: it is too long; allowed: at most 256 KiB of JSON a line$/m);
    expect(err).toMatch(/^Cannot import line 8: it is nested more than 64 levels deep$/m);
    expect(err).toMatch(/^Cannot import line 10: it is not JSON, perhaps cut off: /m);
    expect(err).toMatch(/^Imported 2 reminders; 7 lines failed.$/m);
    expect((await reminders()).map(({ content }) => content.text).sort()).toEqual(["good", "good, too"]);
  });

  test("import takes what was refused in an earlier run once it is right", async () => {
    const path = await file("names.ndjson", [
      reminder("a"),
      reminder("b", { to: { endpoint: "billing" } }),
      reminder("c", { to: { endpoint: "absent" } }),
    ]);
    expect((await app.run(["import", path])).err).toContain("Imported 1 reminder; 2 lines failed.");
    await app.run(["endpoints", "add", "billing", "https://example.com/"]);
    for (let run = 0; run < 2; run++)
      expect((await app.run(["import", path])).err).toMatch(/Imported 2 reminders .*; 1 line failed.\n$/);
    expect((await reminders()).length).toBe(2);
  });

  test("import cuts batches so that none is larger than the API takes", async () => {
    const statuses: number[] = [];
    const counted = await startApp({ onAnswered: ({ status }) => statuses.push(status) });
    const content = { data: "y".repeat(250 * 1024) };
    const large = { schedule: { cron: "0 9 * * *" }, to: INBOX, content };
    const path = await file(
      "large.ndjson",
      Array.from({ length: 40 }, () => large),
    );
    expect((await counted.run(["import", path])).err).toBe("Imported 40 reminders.\n");
    await counted.close();
    expect(statuses).toEqual([200, 200]);
  });

  test("import reads standard input and tells programs of each line", async () => {
    const stdin = Readable.from([
      Buffer.from(`${JSON.stringify(reminder("a", { exported: { id: "rem_0" } }))}\r\n[]`),
    ]);
    const { code, out } = await app.run(["import", "-", "--json"], { stdin });
    expect(code).toBe(1);
    const [failed, imported] = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(imported).toEqual({
      line: 1,
      status: "imported",
      id: expect.stringMatching(/^rem_/),
      from: "rem_0",
    });
    expect(failed).toMatchObject({ line: 2, status: "failed", problem: { detail: expect.any(String) } });
  });

  test("import only looks when it is a dry run, and finds what can be found", async () => {
    const path = await file("dry.ndjson", [
      reminder("good"),
      reminder("x", { schedule: { at: "2020-01-01T09:00" } }),
      reminder("x", { to: { endpoint: "nowhere" } }),
      { schedule: { in: "PT1H" }, to: INBOX, colour: "red" },
      { schedule: { text: "every weekday at 8:30" }, message: "x" },
      { endpoint: { name: "billing", url: "https://example.com/" } },
      reminder("x", { to: { endpoint: "billing" } }),
    ]);
    const { code, err } = await app.run(["import", path, "--dry-run"]);
    expect(code).toBe(1);
    expect(err.split("\n")).toEqual([
      expect.stringMatching(/^Cannot import line 2: schedule.at "2020-01-01T09:00" is refused: .*past/),
      'Cannot import line 3: to.endpoint "nowhere" does not exist; allowed: one that exists',
      expect.stringMatching(/^Cannot import line 4: colour "red" is not a known field/),
      "  also message is missing; allowed: message or content, one of the two",
      "Cannot import line 5: to is missing; allowed: a channel with its address, or an endpoint",
      "3 lines would be sent; 4 lines failed.",
      "",
    ]);
    expect(await reminders()).toEqual([]);
  });

  test("import waits as long as the key's limit asks for", async () => {
    const limited = await startApp({ rateLimit: { quota: 2, windowMs: 60_000 } });
    const path = await file(
      "limited.ndjson",
      Array.from({ length: 3000 }, (_, at) => reminder(`${at}`)),
    );
    const wait = (ms: number): Promise<void> => limited.rig.clock.advance(ms);
    const { code, err } = await limited.run(["import", path], { wait });
    await limited.close();
    expect(code).toBe(0);
    expect(err.split("\n")).toEqual([
      "The server answers 429 (rate_limited); going on in 30 s.",
      "Imported 3,000 reminders.",
      "",
    ]);
  });

  test("import says where to go on when the server goes away in its midst", async () => {
    const limited = await startApp({ rateLimit: { quota: 1, windowMs: 60_000 } });
    const path = await file(
      "broken.ndjson",
      Array.from({ length: 1500 }, (_, at) => reminder(`${at}`)),
    );
    const waits: number[] = [];
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
      if (waits.length === 1) await limited.close();
    };
    const { code, err } = await limited.run(["import", path], { wait });
    expect(code).toBe(3);
    expect(waits).toEqual([60_000, 1000, 2000, 4000, 8000, 16_000, 30_000]);
    expect(err).toContain("The server does not answer (ECONNREFUSED); going on in 1 s.\n");
    expect(err).toContain(
      `Imported 1,000 reminders.\nAll lines before 1001 are done; go on there: belfry import ${path} --from-line 1001\n`,
    );
    expect(err).toContain("\nCannot reach Belfry at ");
  });

  test("import ends at Ctrl-C, and says how to go on", async () => {
    const path = await file("some.ndjson", [reminder("x")]);
    const { code, err } = await app.run(["import", path], { interruption: AbortSignal.abort() });
    expect(code).toBe(1);
    expect(err).toContain(`All lines before 1 are done; go on there: belfry import ${path} --from-line 1\n`);
    expect(err).toContain("Cannot import: it was broken off\n");
    expect(await reminders()).toEqual([]);
  });

  test("import shows how far it is when someone watches", async () => {
    const path = await file("some.ndjson", [reminder("x"), reminder("y")]);
    let err = "";
    const write = (text: string): void => {
      err += text;
    };
    await app.run(["import", path], { stderr: { isTTY: true, write } });
    const clear = "\r\u001b[K";
    const bar = `[${"#".repeat(12)}${".".repeat(12)}]  50 %`;
    expect(err).toBe(`${clear}${bar} 1 line${clear}Imported 2 reminders.\n`);
  });

  test.each([
    [["import"], "Cannot import: say what to import: a file, or - for standard input"],
    [["import", "/nonexistent/file"], "Cannot import: the file cannot be read: ENOENT"],
    [["import", "/tmp"], "Cannot import: the file cannot be read: /tmp is a folder"],
    [["import", "x", "--from-line", "0"], "Allowed: a whole number from 1."],
  ])("%j ends with 2", async (argv, part) => {
    const { code, err } = await app.run(argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
  });
});

describe("belfry export", () => {
  async function exported(...argv: string[]): Promise<Record<string, unknown>[]> {
    const { code, out, err } = await app.run(["export", ...argv]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    return out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  async function add(...argv: string[]): Promise<string> {
    return JSON.parse((await app.run(["add", ...argv, "--json"])).out).id;
  }

  test("export writes what import makes again elsewhere, at the same instants and as paused as it was", async () => {
    await app.run(["endpoints", "add", "billing", "https://example.com/"]);
    await app.run(["endpoints", "edit", "billing", "--state", "off"]);
    await add("In", "--in", "2h", "--title", "T", "--data", '{"a":1}', "--metadata", "team=blue");
    await add("Every", "--every", "45m", "--count", "5", "--max-attempts", "3", "--catch-up", "all");
    await add("Cron", "--cron", "0 9 * * *", "--count", "3", "--endpoint", "billing");
    const paused = await add("Paused", "--cron", "0 9 * * *", "--zone", "America/New_York");
    await app.run(["pause", paused]);
    const path = join(folder, "all.ndjson");
    await app.run(["export", "--endpoints", "--output", path]);

    const other = await startApp();
    await other.rig.clock.advance(10 * 60_000);
    const { code, err } = await other.run(["import", path]);
    expect({ code, err }).toEqual({ code: 0, err: "Imported 4 reminders and 1 endpoint.\n" });
    const known = (all: Reminder[]) =>
      all
        .map(({ state, to, content, catchUp, retry, metadata, next }) => {
          return { state, to, content, catchUp, retry, metadata, due: next?.due };
        })
        .sort((a, b) => String(a.content.text).localeCompare(String(b.content.text)));
    expect(known(await reminders(other))).toEqual(known(await reminders()));
    const endpoint = (await other.run(["endpoints", "show", "billing", "--json"])).out;
    expect(JSON.parse(endpoint)).toMatchObject({ url: "https://example.com/", state: "off", secretCount: 0 });
    const again = await other.run(["import", path]);
    expect(again.err).toBe("Imported 4 reminders (4 of them in an earlier run); 1 line skipped.\n");
    expect((await reminders(other)).length).toBe(4);
    await other.close();
  });

  test("export leaves out what has ended unless it is told otherwise, and import does the same", async () => {
    const ended = await add("Ended", "--cron", "0 9 * * *");
    await app.run(["cancel", ended]);
    const active = await add("Active", "--cron", "0 9 * * *");
    expect((await exported()).map(({ exported }) => exported)).toEqual([
      { id: active, state: "active", timeZone: "Europe/Paris" },
    ]);
    expect(await exported("--state", "cancelled")).toMatchObject([{ exported: { id: ended } }]);
    const all = await file("all.ndjson", await exported("--all"));
    const other = await startApp();
    expect((await other.run(["import", all])).err).toBe("Imported 1 reminder; 1 line skipped.\n");
    const whole = await other.run(["import", all, "--all"]);
    expect(whole.err).toBe("Imported 2 reminders.\n");
    await other.close();
  });

  test("export says of which reminders the count could not be carried over", async () => {
    const id = await add("Counted", "--cron", "0 9 * * *", "--count", "500");
    await app.run(["edit", id, "Edited"]);
    const { code, err } = await app.run(["export"]);
    expect({ code, err }).toEqual({
      code: 0,
      err: `${id} was edited and counts from then: imported, it counts from its import.\n`,
    });
  });

  test("import says which floating rules are read in another zone", async () => {
    const line = reminder("x", { exported: { timeZone: "Asia/Tokyo" } });
    const path = await file("moved.ndjson", [line, line]);
    expect((await app.run(["import", path])).err).toBe(
      "2 floating rules read in Europe/Paris here and in Asia/Tokyo there.\nImported 2 reminders.\n",
    );
  });

  test("export waits as long as the key's limit asks for", async () => {
    const limited = await startApp({ rateLimit: { quota: 2, windowMs: 60_000 } });
    await limited.run(["add", "One", "--cron", "0 9 * * *"]);
    const wait = (ms: number): Promise<void> => limited.rig.clock.advance(ms);
    const { code, out, err } = await limited.run(["export"], { wait });
    await limited.close();
    expect({ code, lines: out.split("\n").length - 1 }).toEqual({ code: 0, lines: 1 });
    expect(err).toBe("The server answers 429 (rate_limited); going on in 30 s.\n");
  });

  test("list --all waits as long as the key's limit asks for", async () => {
    const limited = await startApp({ rateLimit: { quota: 2, windowMs: 60_000 } });
    const path = await file(
      "listed.ndjson",
      Array.from({ length: 250 }, (_, at) => reminder(`${at}`)),
    );
    const wait = (ms: number): Promise<void> => limited.rig.clock.advance(ms);
    await limited.run(["import", path], { wait });
    const { code, out, err } = await limited.run(["list", "--all", "--json"], { wait });
    await limited.close();
    expect({ code, items: JSON.parse(out).items.length }).toEqual({ code: 0, items: 250 });
    expect(err).toContain("The server answers 429 (rate_limited); going on in 30 s.\n");
  });

  test("list --all says so when it is broken off", async () => {
    const { code, out, err } = await app.run(["list", "--all"], { interruption: AbortSignal.abort() });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toBe("Cannot list: it was broken off before its end\n");
  });

  test("export reads page by page", async () => {
    const path = await file(
      "many.ndjson",
      Array.from({ length: 250 }, (_, at) => reminder(`${at}`)),
    );
    await app.run(["import", path]);
    expect(new Set((await exported()).map(({ content }) => JSON.stringify(content))).size).toBe(250);
  });

  test("export replaces a file at the end, for its owner alone, also behind a link", async () => {
    await add("One", "--cron", "0 9 * * *");
    const [path, link] = [join(folder, "out"), join(folder, "link")];
    await writeFile(path, "old", { mode: 0o644 });
    await symlink(path, link);
    expect(await app.run(["export", "--output", link])).toEqual({ code: 0, out: "", err: "" });
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ content: { text: "One" } });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(["link", "out"]);
  });

  test("export leaves the file as it was when it breaks off", async () => {
    await add("One", "--cron", "0 9 * * *");
    const path = join(folder, "out");
    await writeFile(path, "old");
    const broken = await app.run(["export", "--output", path], { interruption: AbortSignal.abort() });
    expect(broken).toMatchObject({ code: 1, err: "Cannot export: it was broken off before its end\n" });
    expect(await readFile(path, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["out"]);
  });

  test.each([
    ["/nonexistent/folder/file", "the file cannot be written: ENOENT"],
    ["/dev/null", "/dev/null is no file that could be replaced"],
  ])("export ends with 2 when it is to write to %s", async (path, part) => {
    const { code, err } = await app.run(["export", "--output", path]);
    expect(code).toBe(2);
    expect(err).toContain(`Cannot export: ${part}`);
  });
});
