import type { Settings } from "../drivers/driver.ts";

/** Where programs keep their reminders: PostgreSQL or Redis. */
export interface Place {
  /** Its version and how it is set up, as it is printed. */
  describe(): Promise<Settings>;
  /** An empty store of one's own. */
  open(): Promise<StorePlace>;
  close(): Promise<void>;
}

export interface StorePlace {
  /** `postgres://…` or `redis://…` */
  address: string;
  /** Ends what the server does behind the scenes, so that it does not fall into what is measured next. */
  settle(): Promise<void>;
  /** What its contents take, indexes included. */
  bytes(): Promise<number>;
  drop(): Promise<void>;
}
