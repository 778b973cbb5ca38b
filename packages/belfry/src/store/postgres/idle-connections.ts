import type pg from "pg";

/** The connections of a pool that nobody uses at the moment. */
export class IdleConnections {
  /** Since when, by `performance.now()`. */
  readonly #sinceMs = new Map<pg.PoolClient, number>();

  watch(pool: pg.Pool): void {
    pool.on("release", (error, client) => {
      if (!error) this.#sinceMs.set(client, performance.now());
    });
    pool.on("acquire", (client) => void this.#sinceMs.delete(client));
    pool.on("remove", (client) => void this.#sinceMs.delete(client));
  }

  /** Breaks off those that nobody has used since then: each may be as dead, and whoever took it would wait anew. */
  breakOff(error: Error, usedBeforeMs: number): void {
    for (const [client, sinceMs] of this.#sinceMs) {
      if (sinceMs > usedBeforeMs) continue;
      this.#sinceMs.delete(client);
      client.connection.stream.destroy(error);
    }
  }
}
