import { Agent } from "undici";
import { post } from "./calls.ts";
import { pause, type Receiver, rateOf, type Server, untilCount } from "./processes.ts";

const BATCH = 1_000;

function reminderAt(at: string, to: object): object {
  return { schedule: { at }, to, message: "hello" };
}

async function acceptAll(server: Server, reminders: readonly object[]): Promise<void> {
  const dispatcher = new Agent({ connections: 2 });
  for (let start = 0; start < reminders.length; start += BATCH) {
    const body = { reminders: reminders.slice(start, start + BATCH) };
    await post(server, "/v1/reminders/batch", { body, dispatcher });
  }
  await dispatcher.close();
}

/** Memory in use, in bytes, once a server has had nothing to do for a while. */
export async function idle(server: Server): Promise<number> {
  await pause(3_000);
  return server.residentBytes();
}

/** So many reminders due at one instant, to one host: arrivals a second, and the delay of the first. */
export async function herd(server: Server, receiver: Receiver, count: number) {
  const dueMs = Date.now() + 4_000 + count / 10;
  const to = { channel: "webhook", address: receiver.url };
  await acceptAll(
    server,
    Array.from({ length: count }, () => reminderAt(new Date(dueMs).toISOString(), to)),
  );
  await pause(dueMs - Date.now());
  await untilCount(receiver, count, 60_000);
  const { atMs } = await receiver.take();
  return { rate: rateOf(atMs), firstMs: Math.min(...atMs) - dueMs };
}

/** A steady stream, evenly spread: lateness at the receiver. */
export async function steady(
  server: Server,
  receiver: Receiver,
  { rate, seconds }: { rate: number; seconds: number },
) {
  const startMs = Date.now() + 4_000;
  const to = { channel: "webhook", address: receiver.url };
  const count = rate * seconds;
  const at = (i: number) => new Date(startMs + Math.round((i * 1_000) / rate)).toISOString();
  await acceptAll(
    server,
    Array.from({ length: count }, (_, i) => reminderAt(at(i), to)),
  );
  await untilCount(receiver, count, seconds * 1_000 + 30_000);
  return quantiles((await receiver.take()).latenessMs);
}

/** Accepts far reminders in batches, two at a time: reminders a second. */
export async function acceptBatches(server: Server, count: number): Promise<number> {
  const dispatcher = new Agent({ connections: 2 });
  const reminders = Array.from({ length: BATCH }, () =>
    reminderAt("2099-01-01T00:00:00Z", { channel: "inbox" }),
  );
  let left = count / BATCH;
  const begunMs = performance.now();
  const post1 = async () => {
    while (left-- > 0) await post(server, "/v1/reminders/batch", { body: { reminders }, dispatcher });
  };
  await Promise.all([post1(), post1()]);
  const seconds = (performance.now() - begunMs) / 1_000;
  await dispatcher.close();
  return count / seconds;
}

/** Accepts far reminders one by one over 50 connections: reminders a second. */
export async function acceptSingly(server: Server, count: number): Promise<number> {
  const dispatcher = new Agent({ connections: 50 });
  const reminder = reminderAt("2099-01-01T00:00:00Z", { channel: "inbox" });
  let left = count;
  const begunMs = performance.now();
  const poster = async () => {
    while (left-- > 0) await post(server, "/v1/reminders", { body: reminder, dispatcher });
  };
  await Promise.all(Array.from({ length: 50 }, poster));
  const seconds = (performance.now() - begunMs) / 1_000;
  await dispatcher.close();
  return count / seconds;
}

export function quantiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}
