import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test, vi } from "vitest";
import type { ReminderInput } from "../../src/http/schemas/reminder.ts";
import { runBelfry } from "../e2e/belfry-command.ts";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type RecordingReceiver, startRecordingReceiver } from "../receivers/recording-receiver.ts";
import { faultLines } from "./fault-lines.ts";
import { SmallDisk, whyNoDisk } from "./small-disk.ts";

const WAIT = { timeout: 10_000, interval: 50 };
/** Tests that run at once take as long as all of them after each other. */
const TOGETHER_MS = 60_000;
/** Nobody in particular: whoever is not root cannot write where the mode says so. */
const STRANGER = "65534";
const AS_STRANGER = [`--reuid=${STRANGER}`, `--regid=${STRANGER}`, "--clear-groups"];

const noDisk = whyNoDisk();
const noSeal = whyNoSeal();
const noStranger = whyNoStranger();
const unless = (reason: string | null): string => (reason === null ? "" : ` (skipped: ${reason})`);

/** Why it cannot be run as somebody else here; null if it can. */
function whyNoStranger(): string | null {
  const { status, error } = spawnSync("setpriv", [
    ...AS_STRANGER,
    "test",
    "-r",
    fileURLToPath(import.meta.url),
  ]);
  if (status === 0) return null;
  return `it cannot be run as another user here: ${error?.message ?? "only root can, where others may read the source"}`;
}

/** Seals files against being written, also by who has them open; false opens them again. */
function seal(paths: readonly string[], isSealed: boolean): string | null {
  const { status, stderr, error } = spawnSync("chattr", [isSealed ? "+i" : "-i", ...paths], {
    encoding: "utf8",
  });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}

/** Why files cannot be sealed here; null if they can. */
function whyNoSeal(): string | null {
  const folder = mkdtempSync(join(tmpdir(), "belfry-seal-"));
  const path = join(folder, "file");
  writeFileSync(path, "");
  const refusal = seal([path], true) ?? seal([path], false);
  rmSync(folder, { recursive: true, force: true });
  return refusal === null ? null : `files cannot be made immutable here: ${refusal}`;
}

function reminderOf(receiver: RecordingReceiver, message: string, inMs: number): ReminderInput {
  const to = { channel: "webhook", address: receiver.url };
  return { schedule: { in: `PT${inMs / 1_000}S` }, to, message, retry: { maxAttempts: 1 } };
}

describe.concurrent("a start where nothing can be written", { timeout: TOGETHER_MS }, () => {
  test.skipIf(noDisk !== null)(
    `as the disk is read-only, names the setting, with code 2${unless(noDisk)}`,
    async () => {
      using disk = new SmallDisk("8m");
      const settings = { BELFRY_DATA: join(disk.folder, "data"), BELFRY_PORT: "0" };
      const refusal = /^Cannot use BELFRY_DATA = "\S+": .*EROFS.*\n$/;
      disk.remount("ro");
      expect(await runBelfry(["start"], settings)).toMatchObject({
        code: 2,
        err: expect.stringMatching(refusal),
      });
      disk.remount("rw");
      expect(await runBelfry(["tick"], settings)).toMatchObject({ code: 0 });
      disk.remount("ro");
      expect(await runBelfry(["start"], settings)).toMatchObject({
        code: 2,
        err: expect.stringMatching(refusal),
      });
    },
  );

  test("as the folder is a file, names the setting, with code 2", async () => {
    const parent = mkdtempSync(join(tmpdir(), "belfry-file-"));
    writeFileSync(join(parent, "data"), "");
    const { code, err } = await runBelfry(["start"], { BELFRY_DATA: join(parent, "data"), BELFRY_PORT: "0" });
    rmSync(parent, { recursive: true });
    expect(code).toBe(2);
    expect(err).toMatch(/^Cannot use BELFRY_DATA = "\S+": .*it is no folder.*\n$/);
  });

  test.skipIf(noStranger !== null).each([
    ["the folder", "", 2, /^Cannot use BELFRY_DATA = "\S+": .*EACCES.*\n$/],
    [
      "the database",
      "belfry.db",
      1,
      /^Cannot .* the database \S+belfry\.db: the file .* read-only; make it writable\n$/,
    ],
    [
      "the lock",
      "belfry.lock",
      1,
      /^Cannot use \S+belfry\.lock: the file is read-only; make it writable, or .+\n$/,
    ],
    ["the admin key", "admin.key", 2, /^Cannot .*admin\.key.*\n$/],
  ])(`as %s is another user's, names it${unless(noStranger)}`, async (_, name, code, says) => {
    const parent = mkdtempSync(join(tmpdir(), "belfry-other-"));
    const data = join(parent, "data");
    const settings = { BELFRY_DATA: data, BELFRY_PORT: "0" };
    const under = ["setpriv", ...AS_STRANGER];
    try {
      chmodSync(parent, 0o755);
      mkdirSync(data);
      spawnSync("chown", [STRANGER, data]);
      expect(await runBelfry(["tick"], settings, { under })).toMatchObject({ code: 0 });
      const foreign = join(data, name);
      spawnSync("chown", ["0", foreign]);
      chmodSync(foreign, name === "" ? 0o755 : name === "admin.key" ? 0o600 : 0o644);
      const { code: ended, err } = await runBelfry(["start"], settings, { under });
      expect(err).toMatch(says);
      expect(ended).toBe(code);
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});

describe.skipIf(noSeal !== null)(`files that become read-only${unless(noSeal)}`, () => {
  test("while the server runs are told of, and written again once they can be; nothing is lost", async () => {
    await using receiver = await startRecordingReceiver({ delayMs: 500 });
    await using belfry = await BelfryProcess.start();
    const client = await belfry.client();
    const [onItsWay, later] = [reminderOf(receiver, "on its way", 200), reminderOf(receiver, "later", 2_000)];
    await client.reminders.createBatch([onItsWay, later]);
    await receiver.received(1);
    const files = ["belfry.db", "belfry.db-wal"].map((name) => join(belfry.dataFolder, name));
    expect(seal(files, true)).toBeNull();
    try {
      const refused = await belfry.api("POST", "/v1/reminders", later);
      expect(refused).toMatchObject({ status: 503, body: { code: "store_failed" } });
      await vi.waitFor(
        async () => expect(await belfry.api("GET", "/readyz")).toMatchObject({ status: 503 }),
        WAIT,
      );
      expect((await client.reminders.list()).items).toHaveLength(2);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    } finally {
      expect(seal(files, false)).toBeNull();
    }
    await receiver.received(2);
    await vi.waitFor(async () => {
      const { items } = await client.deliveries.list();
      expect(items.map(({ attempts }) => attempts.map(({ outcome }) => outcome))).toEqual([
        ["delivered"],
        ["delivered"],
      ]);
    }, WAIT);
    expect(receiver.requests).toHaveLength(2);
    const faults = faultLines(belfry.complaints);
    expect(faults[0]?.err?.message).toMatch(
      /belfry\.db: the disk refuses: it is failing, read-only, or over/,
    );
    expect(faults.length).toBeLessThan(8);
  });
});
