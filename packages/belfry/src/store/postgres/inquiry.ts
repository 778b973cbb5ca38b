import type pg from "pg";
import { isUnreachable } from "./failure.ts";
import type { Standing } from "./silence-watch.ts";

/**
 * The sessions of this user in which the server is at work, be it that it waits for a lock. One that waits for
 * its client (idle, or to be read) has nothing to do, or cannot get rid of what it has done.
 */
const AT_WORK = `SELECT pid FROM pg_stat_activity
  WHERE usename = session_user AND datname = current_database() AND coalesce(state, '') NOT LIKE 'idle%'
    AND wait_event_type IS DISTINCT FROM 'Client' AND pid <> pg_backend_pid()`;

/** Asks the server, on a new connection, which of the others it is at work on. */
export class Inquiry {
  readonly #newClient: () => pg.Client;
  #asking: Promise<ReadonlySet<number>> | null = null;

  /** @param newClient not connected yet; it must not wait for ever by itself */
  constructor(newClient: () => pg.Client) {
    this.#newClient = newClient;
  }

  /** Of a session by the server's number of it; null: not known yet. Never rejects. */
  async standingOf(pid: number | null): Promise<Standing> {
    if (pid === null) return "silent";
    // Where all have fallen silent at once, one connection asks for all of them.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    try {
      return (await this.#asking).has(pid) ? "at work" : "silent";
    } catch (error) {
      // Nobody answers a new connection either; what refuses one, as a server that is full, may well be at work.
      return isUnreachable(error) ? "silent" : "unknown";
    }
  }

  async #ask(): Promise<ReadonlySet<number>> {
    const client = this.#newClient();
    try {
      await client.connect();
      const { rows } = await client.query<{ pid: number }>(AT_WORK);
      return new Set(rows.map(({ pid }) => pid));
    } finally {
      client.end().catch(() => {});
    }
  }
}
