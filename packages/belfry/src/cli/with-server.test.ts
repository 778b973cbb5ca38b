import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type CliRun, run } from "./test/run.ts";

const LAUNCHER = fileURLToPath(new URL("../../bin/belfry.js", import.meta.url));

let folder = "";
let server: ChildProcess;
let url = "";

/** A real server in a folder of its own, on any free port, which it prints. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-cli-"));
  const env = { PATH: process.env.PATH, BELFRY_DATA: join(folder, "data"), BELFRY_PORT: "0" };
  server = spawn(process.execPath, [LAUNCHER, "start"], { env, stdio: ["ignore", "pipe", "inherit"] });
  if (server.stdout === null) throw new Error("Cannot read what the server prints");
  for await (const line of createInterface(server.stdout)) {
    url = /ready at (\S+)/.exec(line)?.[1] ?? "";
    if (url !== "") break;
  }
});

afterAll(async () => {
  server.kill("SIGTERM");
  if (server.exitCode === null) await once(server, "exit");
  await rm(folder, { recursive: true, force: true });
});

/** As a person on the same machine, who has set nothing but the address. */
function call(...argv: string[]): Promise<CliRun> {
  return run(argv, { folder, env: { BELFRY_URL: url }, now: Date.now });
}

function idIn(out: string): string {
  return /\b(rem|dlv)_\w+/.exec(out)?.[0] ?? "";
}

describe("belfry beside a server", () => {
  test("add, list, show and deliveries tell of a reminder when it has rung", async () => {
    const added = await call("add", "Stretch", "--in", "1s");
    expect(added).toMatchObject({ code: 0, err: "" });
    const id = idIn(added.out);
    await vi.waitFor(
      async () => {
        expect((await call("show", id)).out).toMatch(/story\n[\s\S]*delivered/);
      },
      { timeout: 10_000, interval: 200 },
    );
    expect((await call("list", "--state", "finished")).out).toContain(id);
    expect((await call("deliveries", "--reminder", id)).out).toMatch(/dlv_\w+ +delivered/);
  });

  test("cancel ends a reminder when it waits", async () => {
    const id = idIn((await call("add", "Later", "--at", "2099-01-01 09:00", "--zone", "local")).out);
    expect(await call("cancel", id)).toMatchObject({ code: 0, out: `Cancelled ${id}.\n` });
  });

  test("preview shows what a rule rings when there is no reminder", async () => {
    const { code, out } = await call("preview", "--yearly", "02-29", "--time", "09:00", "-n", "4");
    expect(code).toBe(0);
    expect(out).toMatch(/-02-28T09:00/);
  });

  test("add names the field when the server refuses it", async () => {
    const { code, err } = await call("add", "x", "--cron", "61 * * * *");
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot add: schedule\.cron "61 \* \* \* \*" is refused: .*; allowed: /);
  });

  test("preview says that it is over when a time is past", async () => {
    const { code, out } = await call("preview", "--at", "2020-01-01 9:00");
    expect(code).toBe(0);
    expect(out).toContain("It is over: it rings no more, and `belfry add` would refuse it.");
  });

  test("show tells the zone and the retries in words when a rule floats", async () => {
    const argv = ["add", "Daily", "--cron", "0 9 * * *", "--retry-initial", "1m", "--retry-max", "1h30m"];
    const { out } = await call("show", idIn((await call(...argv, "--html", "<b>Daily</b>")).out));
    expect(out).toMatch(/^time zone +UTC \(floating: the rule names none\)$/m);
    expect(out).toMatch(/^if it fails +5 attempts, 1m to 1h30m apart; in doubt resend$/m);
    expect(out).toMatch(/^if late +catch up latest; useful for 1d$/m);
    expect(out).toContain("It has no deliveries yet.");
  });

  test("retry ends with 1 when there is no such delivery", async () => {
    const { code, err } = await call("retry", "dlv_nothing");
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot retry dlv_nothing: /);
  });
});
