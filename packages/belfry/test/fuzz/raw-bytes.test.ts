import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { BelfryProcess } from "../e2e/belfry-process.ts";
import { type SeededRandom, seededRandom } from "../faults/seeded-random.ts";
import { residentMiB } from "./resident-memory.ts";

const MESSAGES = 10_000;
const AT_ONCE = 20;
const ANSWER_WITHIN_MS = 15_000;
const MOST_GROWTH_MIB = 200;

/** A right request, of which each message is a broken copy. */
function request(key: string): string {
  const body = '{"schedule":{"in":"PT1H"},"to":{"channel":"inbox"},"message":"Ring"}';
  return [
    "POST /v1/reminders?x=1 HTTP/1.1",
    "Host: 127.0.0.1",
    `Authorization: Bearer ${key}`,
    "Content-Type: application/json",
    "Idempotency-Key: k",
    `Content-Length: ${body.length}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}

/** Cuts, flips, doubles, inserts: so many times, anywhere. */
function broken(whole: Buffer, random: SeededRandom): Buffer {
  let bytes = Buffer.from(whole);
  const times = random.between(1, 6);
  for (let time = 0; time < times; time++) {
    const at = random.between(0, bytes.length + 1);
    const end = Math.min(bytes.length, at + random.between(1, 40));
    const noise = Buffer.from(Array.from({ length: random.between(1, 30) }, () => random.between(0, 256)));
    switch (random.between(0, 5)) {
      case 0:
        bytes = Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
        break;
      case 3:
        if (at < bytes.length) bytes[at] = random.between(0, 256);
        break;
      default:
        bytes = random.next() < 0.1 ? noise : bytes.subarray(0, Math.max(1, at));
    }
  }
  return bytes;
}

/** Sends bytes and ends; resolves with all that came back. Rejects if the connection is left hanging. */
function exchange(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket: Socket = connect(port, "127.0.0.1");
    const tooLong = setTimeout(() => {
      socket.destroy();
      reject(new Error(`Cannot get an end from the server: ${JSON.stringify(bytes.toString("latin1"))}`));
    }, ANSWER_WITHIN_MS);
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    // A reset is an end too: the server may close what it has refused while the rest is on its way.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(tooLong);
      resolve(answer);
    });
    socket.end(bytes);
  });
}

test("ten thousand broken requests, byte by byte, are answered or closed, and leave nothing behind", async () => {
  const random = seededRandom();
  await using belfry = await BelfryProcess.start({ BELFRY_LOG_LEVEL: "error" });
  const port = Number(new URL(await belfry.url()).port);
  const whole = Buffer.from(request(belfry.key));
  const before = residentMiB(belfry.pid);
  const statuses = new Map<string, number>();
  const failed: string[] = [];
  let left = MESSAGES;
  const sender = async (): Promise<void> => {
    while (left-- > 0) {
      const bytes = broken(whole, random);
      const answer = await exchange(port, bytes);
      for (const [, status = ""] of answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // 501 and 505 are what HTTP has for a method or a version that a server does not know.
        if (/^5(?!01|05)/.test(status)) failed.push(JSON.stringify(bytes.toString("latin1")));
      }
      expect(answer).not.toMatch(/\n\s+at .*(?:\.ts|\.js|node:)/);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  expect(failed.slice(0, 3), `BELFRY_TEST_SEED=${random.seed}`).toEqual([]);
  expect(statuses.get("400") ?? 0).toBeGreaterThan(1_000);
  expect(residentMiB(belfry.pid) - before).toBeLessThan(MOST_GROWTH_MIB);
  const { status } = await belfry.api("GET", "/readyz");
  expect(status).toBe(200);
  expect(belfry.complaints).toBe("");
}, 180_000);
