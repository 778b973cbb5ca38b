import type { Credentials } from "../config/credentials.ts";
import type { Tuning } from "../engine/ports.ts";
import type { Store } from "../store/store.ts";

/** What an installation stands on: its store, its secrets, and what suits them. */
export interface Footing {
  store: Store;
  credentials: Credentials;
  /** Where the data are, for people: `./data`, or `db.example.com:5432/belfry`. */
  place: string;
  /** The file of the database, for its size; null if it is none. */
  databasePath: string | null;
  /** How the engine runs on it, besides the defaults. */
  tuning: Partial<Tuning>;
  /** Does what belongs to the start, and does it anew where the database went away meanwhile: it must bear that. */
  begin<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Frees the store and all that was held with it. */
  close(): Promise<void>;
}
