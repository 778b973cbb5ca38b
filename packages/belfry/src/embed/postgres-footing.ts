import type { MeasuredClock } from "../engine/measured-clock.ts";
import type { Tuning } from "../engine/ports.ts";
import type { OnCommit } from "../store/commit.ts";
import { isUnreachable, mayPass } from "../store/postgres/failure.ts";
import { openPostgresStore, type PostgresOptions } from "../store/postgres/store.ts";
import type { AssemblySettings, DatabaseSettings } from "./assembly.ts";
import type { Footing } from "./footing.ts";
import { type RetryOptions, retryWhile } from "./retry-while.ts";
import { makeSecrets, sharedCredentials } from "./shared-credentials.ts";

/**
 * How the engine runs on it: the event loop does not wait for the database, so its batches may be large, and a
 * herd may be in hand as a whole before its instant. What a claim answers is read without a pause, so that only
 * claims of what is late anyway are large. Settling rests for the sake of the machine that both may share, and so
 * briefly that a database far away is not waited for longer than by need.
 */
const TUNING: Partial<Tuning> = {
  claimBatchBehind: 1_000,
  settleBatch: 1_000,
  settleRest: 2,
  longestRestMs: 100,
  laneHandLimit: 10_000,
};

/** A database that cannot be reached is tried again. */
export interface PostgresFootingOptions extends Omit<RetryOptions, "deadlineMs"> {
  /** How long to wait for it, in ms; infinity: for ever. */
  waitsMs: number;
  settings: AssemblySettings;
  database: DatabaseSettings;
  /** What the server shows of this process: `belfry worker`. */
  applicationName: string;
  clock: MeasuredClock;
  lookAheadMs: number;
  onCommit: OnCommit | undefined;
  onFault: (what: string, error: unknown) => void;
}

/**
 * Any number of processes on a database of PostgreSQL, which keeps their secrets too, and tells the time.
 *
 * @throws SettingError; StoreError if waiting does not help, or has lasted too long; AbortError if it was given up
 */
export async function openPostgresFooting(options: PostgresFootingOptions): Promise<Footing> {
  const { settings, clock, onFault } = options;
  const retrying = { ...options, deadlineMs: performance.now() + options.waitsMs };
  const open = (wasAway: boolean) => openPostgresStore({ ...storeOptions(options), wasAway });
  const store = await retryWhile(mayPass, open, retrying);
  const begin: Footing["begin"] = (work) => retryWhile(isUnreachable, work, retrying);
  try {
    const read = (): Promise<number> => store.readTime();
    await begin(() => clock.measure(read));
    clock.follow(read, (error) => onFault("measure the database's clock", error));
    const made = makeSecrets();
    const credentials = await begin(() => sharedCredentials(store, settings, { made, nowMs: clock.now() }));
    return {
      store,
      credentials,
      place: store.place,
      databasePath: null,
      tuning: TUNING,
      begin,
      close: async () => {
        clock.stop();
        await store.close();
      },
    };
  } catch (error) {
    clock.stop();
    await store.close();
    throw error;
  }
}

function storeOptions({
  database,
  applicationName,
  lookAheadMs,
  onCommit,
  onFault,
}: PostgresFootingOptions): PostgresOptions {
  const notifyWithinMs = lookAheadMs + 1_000;
  const onConnectionFault = (error: unknown) => onFault("go on with a connection", error);
  return {
    ...database,
    applicationName,
    notifyWithinMs,
    onConnectionFault,
    ...(onCommit ? { onCommit } : {}),
  };
}
