import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test, vi } from "vitest";
import { spawnBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { startHangingReceiver } from "../receivers/misbehaving-receivers.ts";

const WAIT = { timeout: 10_000, interval: 20 };
const AT_ONCE_MS = 2_000;

const message = { to: { channel: "inbox" }, message: "seen" } as const;

describe("a server that is told to end", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("by a second %s ends at once, whatever it waits for", async (signal, code) => {
    await using hanging = await startHangingReceiver();
    await using belfry = await BelfryProcess.start();
    const client = await belfry.client();
    const to = { channel: "webhook", address: hanging.url };
    await client.reminders.create({ schedule: { in: "PT0.1S" }, to, message: "stuck" });
    await vi.waitFor(() => expect(hanging.requestCount).toBe(1), WAIT);
    belfry.child.kill(signal);
    await vi.waitFor(() => expect(belfry.lines.at(-1)).toContain(`Stopping on ${signal}`), WAIT);
    const ending = await belfry.kill(signal);
    expect(ending).toMatchObject({ code, signal: null });
    expect(ending.tookMs).toBeLessThan(AT_ONCE_MS);
  });

  test("by SIGHUP, as its terminal closes, ends gracefully", async () => {
    await using belfry = await BelfryProcess.start();
    const ending = await belfry.kill("SIGHUP");
    expect(ending).toMatchObject({ code: 0, signal: null });
    expect(belfry.lines.at(-1)).toContain("Stopping on SIGHUP");
  });

  test("while it starts ends gracefully once it has started", async () => {
    const folder = mkdtempSync(join(tmpdir(), "belfry-signals-"));
    const child = spawnBelfry(["start"], { BELFRY_DATA: join(folder, "data"), BELFRY_PORT: "0" });
    try {
      // Its first line comes before it listens.
      const lines = createInterface(child.stdout);
      await once(lines, "line");
      child.kill("SIGTERM");
      expect(await once(child, "exit")).toEqual([0, null]);
    } finally {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("by SIGPIPE goes on", async () => {
    await using belfry = await BelfryProcess.start();
    belfry.child.kill("SIGPIPE");
    expect(await belfry.api("GET", "/healthz")).toMatchObject({ status: 200 });
  });
});

describe("a server whose output nobody reads any more, as behind `| head -1`", () => {
  test("goes on, and ends as ever", async () => {
    await using belfry = await BelfryProcess.start({ BELFRY_LOG_LEVEL: "debug" });
    belfry.child.stdout.destroy();
    belfry.child.stderr.destroy();
    const client = await belfry.client();
    // Each rings in the terminal, and is logged.
    for (let i = 0; i < 3; i++) await client.reminders.create({ schedule: { in: "PT0.1S" }, ...message });
    await vi.waitFor(async () => expect((await client.inbox.list()).items).toHaveLength(3), WAIT);
    expect(await belfry.stop()).toMatchObject({ code: 0, signal: null });
  });
});
