/** The binaries of a PostgreSQL server. */
export interface ServerBinaries {
  /** Holds `postgres` and `initdb`. */
  folder: string;
  /** As they tell it: `15.18`. */
  version: string;
  major: number;
  /** `chosen` if the environment names their folder. */
  origin: "system" | "npm" | "chosen";
}

/** The environment variable that chooses: `system`, `npm`, or the folder of the binaries. */
export const CHOICE: string;

/**
 * The first that are new enough (14) of: those on PATH, those that `pg_config` names, Debian's newest, those
 * of npm. Null if there are none.
 *
 * @param options for tests: the environment, and where Debian keeps its versions
 */
export function findServerBinaries(options?: {
  env?: Record<string, string | undefined>;
  debian?: string;
}): ServerBinaries | null;
