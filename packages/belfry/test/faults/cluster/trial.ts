import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import type { ReminderInput } from "../../../src/http/schemas/reminder.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { type Account, leftIn, type Repeat, takeAccount } from "./account.ts";
import type { Cluster } from "./cluster.ts";
import type { Victim } from "./harms.ts";
import { Promises } from "./promises.ts";

const BATCH = 250;
const LOOK_EVERY_MS = 100;

export interface TrialOptions {
  cluster: Cluster;
  random: SeededRandom;
  /** What it is called in texts and in the line that it prints. */
  name: string;
  /** How many reminders. */
  count: number;
  /** How many in one request; default: 250. */
  batch?: number;
  /** For how long they are asked for. */
  forMs: number;
  /** They are due so long after they are asked for, at least and at most. */
  dueMs: readonly [number, number];
  /** Nothing may be left so long after the last was promised, and all is well again. */
  settledWithinMs: number;
  /** What is asked for besides instant, target and retries. */
  wish?: Partial<ReminderInput>;
}

/** What a trial did, besides what it asked for. */
export type Harm = () => Promise<void>;

/**
 * Asks for reminders while they fall due and harm is done; lets all be well again, waits until nothing is left,
 * and prints and returns the account.
 */
export async function runTrial(options: TrialOptions, harm: Harm): Promise<Account> {
  const { cluster, name, random, settledWithinMs } = options;
  const promises = new Promises(cluster, name);
  const beganAtMs = performance.now();
  await Promise.all([askAll(options, promises), harm()]);
  for (const proxy of cluster.proxies) proxy.comeUp();
  await cluster.restartFallen();
  const wellAtMs = performance.now();
  const settledMs = await untilSettled(cluster, settledWithinMs);
  const account = await takeAccount(cluster, promises);
  print(name, { seed: random.seed, harmMs: wellAtMs - beganAtMs, settledMs, ...account });
  return account;
}

async function askAll(options: TrialOptions, promises: Promises) {
  const { cluster, random, count, batch = BATCH, forMs, dueMs, wish } = options;
  const pauseMs = (forMs * batch) / count;
  const [least, most] = dueMs;
  for (let asked = 0; asked < count; asked += batch) {
    const startMs = performance.now();
    const wishes = Array.from({ length: Math.min(batch, count - asked) }, () => ({
      schedule: { in: `PT${random.between(least, most + 1) / 1_000}S` },
      to: { channel: "webhook" as const, address: cluster.arrivals.url },
      retry: { initial: "PT0.1S", max: "PT1S" },
      ...wish,
    }));
    await promises.ask(wishes);
    await pause(Math.max(0, startMs + pauseMs - performance.now()));
  }
}

/** Resolves with how long it took. */
async function untilSettled({ databaseUrl }: Cluster, withinMs: number): Promise<number> {
  const beganAtMs = performance.now();
  for (;;) {
    const left = await leftIn(databaseUrl).catch(() => null);
    const tookMs = performance.now() - beganAtMs;
    if (left?.deliveries === 0 && left.reminders === 0) return tookMs;
    // What is left is told by the account, and fails the test there.
    if (tookMs > withinMs) return tookMs;
    await pause(LOOK_EVERY_MS);
  }
}

/** Lists by their length: the account that a test fails with shows them whole. */
function print(name: string, counts: Record<string, unknown>): void {
  const shown = Object.entries(counts).map(([key, value]) => {
    if (Array.isArray(value) && key !== "crashes" && key !== "inDoubtOf") return [key, value.length];
    return [key, typeof value === "number" ? Math.round(value) : value];
  });
  process.stdout.write(`cluster, ${name}: ${JSON.stringify(Object.fromEntries(shown))}\n`);
}

/** What was sent before a process was harmed has come so soon after it; nobody takes over sooner. */
const ON_ITS_WAY_MS = 600;

/**
 * What must hold whatever was done.
 *
 * @param victims processes that were killed, or hung: only what they had sent and not settled may come twice
 */
export function expectWhole(account: Account, victims: readonly Victim[] = []): void {
  expect(account).toMatchObject({ lost: [], unpromised: [], doubled: [], untold: [], early: 0 });
  expect(account.left).toEqual({ deliveries: 0, reminders: 0, stuck: 0 });
  expect(account.states).toEqual({ delivered: account.promised });
  expect(account.counts.told).toEqual(account.counts.real);
  const pids = new Set(victims.map(({ pid }) => pid));
  expect(account.inDoubtOf.filter((pid) => !pids.has(pid))).toEqual([]);
  expect(account.repeats.filter((repeat) => !wasOnItsWay(repeat, victims))).toEqual([]);
  expect(account.crashes).toEqual([]);
}

function wasOnItsWay({ inDoubtOf, firstAtMs }: Repeat, victims: readonly Victim[]): boolean {
  return victims.some(({ pid, atMs }) => inDoubtOf.includes(pid) && firstAtMs <= atMs + ON_ITS_WAY_MS);
}
