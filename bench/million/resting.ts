import { Agent } from "undici";
import { post } from "../calls.ts";
import type { Server } from "../processes.ts";

const DAY_MS = 86_400_000;
const BATCH = 1_000;
const CONNECTIONS = 2;
/** None of it rings while it is measured. */
const FIRST_DAY = 3;
/** Days over which one-offs are spread. */
const ONCE_DAYS = 5 * 365;
/** Days over which the first occurrences of rules are spread. */
const RULE_DAYS = 355;
/** How often the filling tells how far it is. */
const TOLD_EVERY = 100_000;

/** Accepts so many reminders that rest, by the batch API, as a sender would who moves in. */
export async function fill(server: Server, count: number): Promise<void> {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  const nowMs = Date.now();
  let next = 0;
  const filling = async (): Promise<void> => {
    for (let from = next; from < count; from = next) {
      next = Math.min(count, from + BATCH);
      const reminders = Array.from({ length: next - from }, (_, i) => restingReminder(from + i, nowMs));
      await post(server, "/v1/reminders/batch", { body: { reminders }, dispatcher });
      if (next % TOLD_EVERY === 0) console.error(`${next} of ${count} accepted`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, filling));
  await dispatcher.close();
}

/** The i-th of what rests: one-offs, cron, yearly and rrule in turn, to the inbox and to many hosts. */
function restingReminder(i: number, nowMs: number): object {
  const to = i % 2 === 0 ? { channel: "inbox" } : { channel: "webhook", address: addressOf(i) };
  const message = `Order ${i} is due. ${"Please look at it before the end of the day. ".repeat(i % 4)}`;
  return { schedule: scheduleOf(i, nowMs), to, message, metadata: { order: `${i}`, team: `team ${i % 37}` } };
}

function addressOf(i: number): string {
  return `https://host-${i % 1_000}.example.com/hooks/${i % 7}`;
}

function scheduleOf(i: number, nowMs: number): object {
  // A prime, so that neighbours do not lie together.
  const spread = i * 7_919;
  const atMs = nowMs + (FIRST_DAY + (spread % RULE_DAYS)) * DAY_MS + (spread % 1_440) * 60_000;
  const wall = new Date(atMs).toISOString().slice(0, "2026-12-01T09:00".length);
  const [, month, day, time = ""] = /^\d+-(\d+)-(\d+)T(.+)$/.exec(wall) ?? [];
  const [hour, minute] = time.split(":").map(Number);
  const timeZone = i % 3 === 0 ? { timeZone: "Europe/Paris" } : {};
  const kinds = [
    { at: new Date(nowMs + (FIRST_DAY + (spread % ONCE_DAYS)) * DAY_MS + (spread % DAY_MS)).toISOString() },
    { cron: `${minute} ${hour} ${Number(day)} ${Number(month)} *`, ...timeZone },
    { yearly: { on: `${month}-${day}`, time }, ...timeZone },
    { rrule: `FREQ=MONTHLY;INTERVAL=${1 + (i % 6)}`, start: wall, ...timeZone },
  ];
  return kinds[i % kinds.length] ?? {};
}
