import { type Quantiles, quantilesOf } from "../domain/quantiles.ts";
import type { Counts, WindowSums } from "../store/store.ts";
import type { EngineDeps } from "./ports.ts";

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
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
  const windows: WindowStats[] = [];
  for (const [name, minutes] of Object.entries(WINDOWS) as [WindowName, number][]) {
    const { lateness, latency, ...sums } = await store.sums(tenantId, nowMs - minutes * MINUTE_MS);
    windows.push({
      window: name,
      ...sums,
      latenessMs: quantilesOf(lateness),
      latencyMs: quantilesOf(latency),
    });
  }
  const perMinute = await store.load(tenantId, nowMs, HOUR_MINUTES);
  const oldestWaitingDueMs = waiting.length === 0 ? null : Math.min(...waiting);
  return { atMs: nowMs, ...counts, oldestWaitingDueMs, windows, perMinute };
}
