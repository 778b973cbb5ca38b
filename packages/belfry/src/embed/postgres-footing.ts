import { setTimeout as pause } from "node:timers/promises";
import type { MeasuredClock } from "../engine/measured-clock.ts";
import type { Tuning } from "../engine/ports.ts";
import type { OnCommit } from "../store/commit.ts";
import { mayPass } from "../store/postgres/failure.ts";
import { openPostgresStore, type PostgresOptions, type PostgresStore } from "../store/postgres/store.ts";
import type { AssemblySettings, DatabaseSettings } from "./assembly.ts";
import type { Footing } from "./footing.ts";
import { sharedCredentials } from "./shared-credentials.ts";

/** How long to wait before the next try to reach the database, at first and at most. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * How the engine runs on it: the event loop does not wait for the database, so its batches may be large,
 * and a herd may be in hand as a whole before its instant. Settling rests for the sake of the machine that
 * both may share, and so briefly that a database far away is not waited for longer than by need.
 */
const TUNING: Partial<Tuning> = {
  claimBatch: 1_000,
  settleBatch: 1_000,
  settleRest: 2,
  longestRestMs: 100,
  laneHandLimit: 10_000,
};

export interface PostgresFootingOptions {
  settings: AssemblySettings;
  database: DatabaseSettings;
  /** What the server shows of this process: `belfry worker`. */
  applicationName: string;
  clock: MeasuredClock;
  lookAheadMs: number;
  onCommit: OnCommit | undefined;
  /** How long to wait for a database that cannot be reached; infinity: for ever. */
  waitsMs: number;
  /** Ends the waiting. */
  giveUp: AbortSignal | undefined;
  onWaiting: (error: unknown) => void;
  onFault: (what: string, error: unknown) => void;
}

/**
 * Any number of processes on a database of PostgreSQL, which keeps their secrets too, and tells the time.
 *
 * @throws SettingError; StoreError if waiting does not help, or has lasted too long; AbortError if it was given up
 */
export async function openPostgresFooting(options: PostgresFootingOptions): Promise<Footing> {
  const { settings, clock, onFault } = options;
  const store = await openWaiting(options);
  try {
    const read = (): Promise<number> => store.readTime();
    await clock.measure(read);
    clock.follow(read, (error) => onFault("measure the database's clock", error));
    const credentials = await sharedCredentials(store, settings, clock.now());
    return {
      store,
      credentials,
      place: store.place,
      databasePath: null,
      tuning: TUNING,
      close: async () => {
        clock.stop();
        await store.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openWaiting(options: PostgresFootingOptions): Promise<PostgresStore> {
  const deadlineMs = performance.now() + options.waitsMs;
  let wasAway = false;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await openPostgresStore({ ...storeOptions(options), wasAway });
    } catch (error) {
      if (!mayPass(error) || performance.now() + pauseMs > deadlineMs) throw error;
      wasAway = true;
      options.onWaiting(error);
      await pause(pauseMs, null, options.giveUp ? { signal: options.giveUp } : {});
    }
  }
}

function storeOptions({
  database,
  applicationName,
  lookAheadMs,
  onCommit,
}: PostgresFootingOptions): PostgresOptions {
  const notifyWithinMs = lookAheadMs + 1_000;
  return { ...database, applicationName, notifyWithinMs, ...(onCommit ? { onCommit } : {}) };
}
