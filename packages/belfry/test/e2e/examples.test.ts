import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BelfryProcess } from "./belfry-process.ts";
import { buildPackage } from "./built-package.ts";

const EXAMPLES = fileURLToPath(new URL("../../../../examples/", import.meta.url));
const END_WITH_PARENT = new URL("end-with-parent.ts", import.meta.url).href;
/** The Node of the test first, so that a script's `node` is the same one. */
const PATH = `${dirname(process.execPath)}:${process.env.PATH}`;

let belfry: BelfryProcess;
let connection: Record<string, string>;

beforeAll(async () => {
  await buildPackage();
  belfry = await BelfryProcess.start();
  connection = { BELFRY_URL: await belfry.url(), BELFRY_KEY: belfry.key };
}, 120_000);

afterAll(async () => {
  await belfry?.[Symbol.asyncDispose]();
});

describe("examples", () => {
  test("curl.sh makes, lists, reads and cancels one reminder", async () => {
    const { code, out, err } = await runExample("sh", ["curl.sh"], connection);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const answers = out.split(/^# .*\n/m).slice(1);
    const [made, list, read, cancelled] = answers.map((answer) => JSON.parse(answer));
    expect(made).toMatchObject({ state: "active", content: { text: "Stand-up" } });
    expect(list.items).toContainEqual(made);
    expect(read).toEqual(made);
    expect(cancelled).toMatchObject({ id: made.id, state: "cancelled", next: null });
  });

  test("curl.sh says what is missing when the key is not given", async () => {
    const { code, err } = await runExample("sh", ["curl.sh"], { BELFRY_URL: "http://127.0.0.1:1" });
    expect(code).not.toBe(0);
    expect(err).toContain("give an API key");
  });

  test("cli.sh previews, adds, lists, shows a story and cancels", async () => {
    const { code, out, err } = await runExample("sh", ["cli.sh"], connection);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("every month on the last Friday at 17:00, Europe/Paris");
    expect(out).toMatch(/2027-01-29T17:00.*2027-02-26T17:00.*2027-03-26T17:00/s);
    expect(out).toMatch(/^rem_\w+ +active +[\d: -]+ +inbox +Stand-up$/m);
    expect(out).toMatch(/^state +delivered$/m);
    expect(out).toContain("It is delivered.");
    expect(out).toMatch(/^Cancelled rem_\w+\.$/m);
  });

  test("client/remind.ts waits for its reminder and tells its story", async () => {
    const args = ["client/remind.ts", "Tea", "PT1S"];
    const { code, out, err } = await runExample(process.execPath, args, connection);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^Made rem_\w+: due \d{4}-.*Z$/m);
    expect(out).toMatch(/^dlv_\w+ is delivered, \d+ ms after its instant$/m);
    expect(out).toMatch(/Z {2}It is delivered\.$/m);
    expect(belfry.lines.join("\n")).toContain("Tea");
  });

  test("birthday/birthday.ts congratulates the one user whose birthday it is", async () => {
    for (const _ of ["first", "second"]) {
      const { code, out, err } = await runExample(process.execPath, ["birthday/birthday.ts"], connection);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      expect(out).toMatch(/^Started cmp_\w+ for 2 users: every year on the recipient's birthday at /);
      const lines = out.trim().split("\n");
      expect(lines.filter((line) => line.startsWith("  next "))).toHaveLength(2);
      expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
        type: "reminder.due",
        message: "Hey, John Doe it's your birthday",
        userId: expect.stringMatching(/^rcp_/),
        eventId: expect.stringMatching(/^occ_/),
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      });
      expect(lines.filter((line) => line.startsWith("{"))).toHaveLength(1);
    }
  }, 60_000);

  test("embed/stretch.ts rings in its own process and leaves the folder free", async () => {
    const folder = join(belfry.folder, "embed");
    for (const run of ["first", "second"]) {
      const { code, out, err } = await runExample(process.execPath, ["embed/stretch.ts", folder], {});
      expect({ run, code, err }).toEqual({ run, code: 0, err: "" });
      expect(out).toMatch(/^Made rem_\w+: due \d{4}-\S+Z\nStretch \(dlv_\w+, attempt 1\)\n$/);
    }
  });

  test("receiver/receiver.ts takes what Belfry signed, drops repeats and refuses the rest", async () => {
    const secret = (await readFile(join(belfry.dataFolder, "webhook.secret"), "utf8")).trim();
    await using receiver = await startReceiver(secret);
    const client = await belfry.client();
    await client.reminders.create({
      schedule: { in: "PT1S" },
      to: { channel: "webhook", address: receiver.url },
      message: "Tea",
    });
    expect(await receiver.nextLine()).toMatch(/^Tea \(due \S+Z, dlv_\w+\)$/);

    expect(await post(receiver.url, signed(secret, "dlv_again"))).toBe(204);
    expect(await receiver.nextLine()).toBe("Again (due 2026-01-01T00:00:00Z, dlv_again)");
    expect(await post(receiver.url, signed(secret, "dlv_again"))).toBe(204);
    expect(await receiver.nextLine()).toBe("Dropped a repeat of dlv_again");

    const { headers } = signed(secret, "dlv_forged");
    expect(await post(receiver.url, { headers, body: '{"message":"Forged"}' })).toBe(401);
    expect(await receiver.nextLine()).toBe("Refused a request with a wrong signature");
    expect(await post(receiver.url, { headers, body: "x".repeat(2 ** 20 + 1) })).toBe(413);
  });
});

type Example = ChildProcessByStdio<Writable, Readable, Readable>;

function spawnExample(command: string, args: readonly string[], env: Record<string, string>): Example {
  return spawn(command, args, {
    cwd: EXAMPLES,
    env: { PATH, HOME: process.env.HOME, ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
}

async function runExample(command: string, args: readonly string[], env: Record<string, string>) {
  const child = spawnExample(command, args, env);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: code as number | null, out, err };
}

async function startReceiver(secret: string) {
  const env = { WEBHOOK_SECRET: secret, PORT: "0" };
  const args = ["--import", END_WITH_PARENT, "receiver/receiver.ts"];
  const child = spawnExample(process.execPath, args, env);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => (await lines.next()).value ?? "(it has ended)";
  const url = /http:\S+/.exec(await nextLine())?.[0];
  if (url === undefined) throw new Error(`Cannot start the receiver: ${await text(child.stderr)}`);
  const end = async (): Promise<void> => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  return { url, nextLine, [Symbol.asyncDispose]: end };
}

interface SignedRequest {
  headers: Record<string, string>;
  body: string;
}

/** A request such as Belfry makes, signed by the other implementation. */
function signed(secret: string, id: string): SignedRequest {
  const body = JSON.stringify({ type: "reminder.due", message: "Again", timestamp: "2026-01-01T00:00:00Z" });
  const at = new Date();
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return { headers, body };
}

async function post(url: string, { headers, body }: SignedRequest): Promise<number> {
  return (await fetch(url, { method: "POST", headers, body })).status;
}
