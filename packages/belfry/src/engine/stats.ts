import { type Quantiles, quantilesOf } from "../domain/quantiles.ts";
import type { Counts, Store, WindowSums } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";
import { turn } from "./turn.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
/** Minutes that are read at once: bounds how long the store keeps the event loop. */
const MINUTES_TOGETHER = 120;
const LOADED_TOGETHER = 10;
/** So that whoever asks often costs little. */
const KEPT_MS = 5_000;
/** Tenants whose numbers are kept. */
const MOST_KEPT = 1_000;

/** The stretches of time that are summed up, as ISO 8601 durations; the minute they begin in is counted whole. */
export const WINDOWS = { PT5M: 5, PT1H: 60, P1D: 1_440 } as const;
export type WindowName = keyof typeof WINDOWS;

/** What was settled in one window. */
export interface WindowStats extends Omit<WindowSums, "lateness" | "latency"> {
  window: WindowName;
  /** Due to start of the first attempt, in ms; null if there was none. */
  latenessMs: Quantiles | null;
  /** Start to end of every attempt, in ms; null if there was none. */
  latencyMs: Quantiles | null;
}

export interface Stats extends Counts {
  /** When they were gathered, in ms since the epoch. */
  atMs: number;
  /** Due instant of what has waited longest, or waits next; null if nothing waits. */
  oldestWaitingDueMs: number | null;
  windows: WindowStats[];
  /** Occurrences due in each minute of the next hour; a rule counts its next one only. */
  perMinute: number[];
}

/** Gathers the numbers of a tenant, anew when they are a few seconds old. */
export function createStats(deps: Pick<EngineDeps, "store" | "clock">): (tenantId: string) => Promise<Stats> {
  const kept = new Map<string, Stats>();
  return async (tenantId) => {
    const nowMs = Math.floor(deps.clock.now());
    const known = kept.get(tenantId);
    if (known && nowMs >= known.atMs && nowMs - known.atMs < KEPT_MS) return known;
    const stats = await gather(deps, tenantId, nowMs);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(tenantId, stats);
    return stats;
  };
}

async function gather({ store }: Pick<EngineDeps, "store">, tenantId: string, nowMs: number): Promise<Stats> {
  const counts = await store.counts(tenantId);
  const dues = await Promise.all([
    store.oldestDue("scheduled", tenantId),
    store.oldestDue("retrying", tenantId),
  ]);
  const waiting = dues.filter((due) => due !== null);
  const windows = await gatherWindows(store, tenantId, nowMs);
  const perMinute = await gatherLoad(store, tenantId, nowMs);
  const oldestWaitingDueMs = waiting.length === 0 ? null : Math.min(...waiting);
  return { atMs: nowMs, ...counts, oldestWaitingDueMs, windows, perMinute };
}

/** From now backwards, so that each window begins with what the shorter one has. */
async function gatherWindows(store: Store, tenantId: string, nowMs: number): Promise<WindowStats[]> {
  const windows: WindowStats[] = [];
  let sums = await store.sums(tenantId, nowMs, Number.MAX_SAFE_INTEGER);
  let gathered = 0;
  for (const [window, minutes] of Object.entries(WINDOWS) as [WindowName, number][]) {
    while (gathered < minutes) {
      const toMs = nowMs - gathered * MINUTE_MS;
      gathered = Math.min(minutes, gathered + MINUTES_TOGETHER);
      sums = joined(sums, await store.sums(tenantId, nowMs - gathered * MINUTE_MS, toMs));
      await turn();
    }
    const { lateness, latency, ...counts } = sums;
    windows.push({ window, ...counts, latenessMs: quantilesOf(lateness), latencyMs: quantilesOf(latency) });
  }
  return windows;
}

function joined(some: WindowSums, more: WindowSums): WindowSums {
  return {
    delivered: some.delivered + more.delivered,
    dead: some.dead + more.dead,
    expired: some.expired + more.expired,
    attempts: some.attempts + more.attempts,
    failedAttempts: some.failedAttempts + more.failedAttempts,
    lateness: joinedCounts(some.lateness, more.lateness),
    latency: joinedCounts(some.latency, more.latency),
  };
}

function joinedCounts(some: ReadonlyMap<number, number>, more: ReadonlyMap<number, number>) {
  const all = new Map(some);
  for (const [bucket, n] of more) all.set(bucket, (all.get(bucket) ?? 0) + n);
  return all;
}

async function gatherLoad(store: Store, tenantId: string, nowMs: number): Promise<number[]> {
  const perMinute: number[] = [];
  while (perMinute.length < HOUR_MINUTES) {
    const fromMs = nowMs + perMinute.length * MINUTE_MS;
    perMinute.push(...(await store.load(tenantId, fromMs, LOADED_TOGETHER)));
    await turn();
  }
  return perMinute;
}
