import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Finding } from "../domain/finding.ts";
import { runInspect } from "../roles/inspect.ts";
import { type CliRun, ROLES_IDLE, run } from "./test/run.ts";

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

  test("add says so when the same command was given before", async () => {
    const argv = ["add", "Once", "--in", "1h", "--idempotency-key", "once"];
    const id = idIn((await call(...argv)).out);
    expect((await call(...argv)).out).toMatch(new RegExp(`^${id} was added already: "Once" rings in `));
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

  test("login stores the key of the folder, and commands then need nothing else", async () => {
    const env = { HOME: join(folder, "home") };
    const stdin = createReadStream(join(folder, "data", "admin.key"));
    const { code, out } = await run(["login", url, "--name", "mine"], { env, stdin });
    expect(code).toBe(0);
    expect(out).toMatch(/^Logged in to \S+ as "\S+" \(key_\w+\) of tenant .* which may admin\.$/m);
    expect(await run(["list", "--json"], { env })).toMatchObject({ code: 0, err: "" });
  });

  test("doctor finds all well, and a server that runs on the folder", async () => {
    const env = { BELFRY_URL: url, BELFRY_DATA: join(folder, "data") };
    const roles = { ...ROLES_IDLE, inspect: runInspect };
    const { code, out } = await run(["doctor", "--json"], { env, roles, now: Date.now });
    const { checks } = JSON.parse(out) as { checks: Finding[] };
    // How much room there is on the disk is not this test's to judge.
    expect(checks.filter(({ check, status }) => check !== "disk" && status !== "ok")).toEqual([]);
    expect(checks.find(({ check }) => check === "lock")?.text).toBe("a running Belfry holds the folder");
    expect(checks.find(({ check }) => check === "key")?.text).toMatch(/admin\.key is accepted: /);
    expect(code).toBe(checks.some(({ status }) => status === "fail") ? 1 : 0);
  });

  test("cancel says so when it is called twice", async () => {
    const id = idIn((await call("add", "Later", "--in", "1d")).out);
    await call("cancel", id);
    expect((await call("cancel", id)).out).toMatch(
      /^rem_\w+ was cancelled already, .*; there was nothing left/,
    );
  });

  test("endpoints are added, shown, switched off and removed", async () => {
    expect(
      await call("endpoints", "add", "billing", "https://example.com/hooks", "--generate-secret"),
    ).toMatchObject({
      code: 0,
    });
    expect((await call("endpoints", "edit", "billing", "--state", "off")).out).toMatch(
      /^signed by +1 of its own$/m,
    );
    expect((await call("endpoints")).out).toMatch(/^billing +off +1 +https/m);
    expect(await call("endpoints", "remove", "billing")).toMatchObject({
      code: 0,
      out: "Removed billing.\n",
    });
  });

  test("a reminder is changed, rests, goes on, skips, and rings by hand", async () => {
    const id = idIn((await call("add", "Daily", "--cron", "0 9 * * *", "--zone", "local")).out);
    expect((await call("edit", id, "Daily, at ten", "--cron", "0 10 * * *")).out).toContain(
      "Daily → Daily, at ten",
    );
    expect((await call("pause", id)).out).toBe(`Paused ${id}.\n`);
    expect((await call("resume", id, "--missed", "none")).out).toContain(`Resumed ${id}: it rings in `);
    expect((await call("skip", id)).out).toContain(` of ${id}; it rings in `);
    expect((await call("trigger", id)).out).toContain(`Ringing ${id} now, as dlv_`);
    expect((await call("snooze", id, "--for", "1h")).out).toContain(`${id} rings once more in 1 hour, on `);
    expect((await call("stats")).out).toContain("The next hour\n");
    expect((await call("keys", "current")).out).toContain("the operator");
    expect((await call("redrive", "--yes")).err).toBe("There is nothing to send again.\n");
  });

  test("watch tells what happened, and ends with 0 at Ctrl-C", async () => {
    await call("add", "Watched", "--at", "2099-01-01 09:00", "--zone", "local");
    const env = { PATH: process.env.PATH, BELFRY_URL: url, BELFRY_DATA: join(folder, "data") };
    const argv = [LAUNCHER, "watch", "--since", "start"];
    const watching = spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "inherit"] });
    if (watching.stdout === null) throw new Error("Cannot read what the command prints");
    for await (const line of createInterface(watching.stdout)) {
      if (line.endsWith("Watched → inbox")) break;
    }
    watching.kill("SIGINT");
    expect(await once(watching, "exit")).toEqual([0, null]);
  });
});
