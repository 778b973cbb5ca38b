import type pg from "pg";
import type { MembershipEvents, StoreSignals } from "../store.ts";
import { lockClass } from "./advisory.ts";
import type { Database } from "./database.ts";
import { codeOf, isUnreachable, storeError } from "./failure.ts";
import type { Notices } from "./notices.ts";
import { keepPulse } from "./pulse.ts";

/** How long to wait before the next try to come back, at first and at most. */
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;

export interface PresenceOptions {
  database: Database;
  notices: Notices;
  /** The second number of its advisory lock. */
  lockKey: number;
  events: MembershipEvents;
  /** Whom it tells of what others have stored. */
  signals: () => Iterable<StoreSignals>;
}

/**
 * A connection that stands for the process: it holds an advisory lock, which the server drops as soon as
 * the process is gone, and hears what other processes tell. When it breaks off it is made anew.
 */
export class Presence {
  readonly #options: PresenceOptions;
  #client: pg.Client | null = null;
  readonly #broken = new WeakSet<pg.Client>();
  #isLeaving = false;
  #comingBack: Promise<void> | null = null;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** @throws StoreError if it cannot be made at once */
  async enter(): Promise<void> {
    try {
      this.#stand(await this.#connect());
    } catch (error) {
      throw storeError("open", this.#options.database.place, error);
    }
  }

  async leave(): Promise<void> {
    this.#isLeaving = true;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
    await this.#comingBack;
  }

  async #connect(): Promise<pg.Client> {
    const { database, notices } = this.#options;
    const client = database.client();
    // The driver tells of a broken connection twice; the second time nobody would listen.
    client.on("error", () => this.#lose(client));
    client.on("end", () => this.#lose(client));
    client.on("notification", (message) => this.#hear(message));
    try {
      await client.connect();
      await client.query(`LISTEN "${notices.dueChannel}"`);
      await client.query(`LISTEN "${notices.changedChannel}"`);
      await this.#lock(client);
      await this.#refuseMoved(client);
      if (this.#broken.has(client))
        throw Object.assign(new Error("Cannot come back: the connection broke off at once"), {
          code: "ECONNRESET",
        });
      return client;
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
  }

  /** Shared with the connection before: the server may not notice for hours that it is gone. */
  async #lock(client: pg.Client): Promise<void> {
    const { database, lockKey } = this.#options;
    const lock = [lockClass(database.schema, "worker"), lockKey];
    await client.query("SELECT pg_advisory_lock_shared($1, $2)", lock);
    // Whoever takes it for gone at this moment is waited for: afterwards it can find out what it has lost.
    await client.query("UPDATE workers SET left_at = NULL WHERE lock_key = $1", [lockKey]);
  }

  /** One that comes back must not go on with what another installation has taken over meanwhile. */
  async #refuseMoved(client: pg.Client): Promise<void> {
    const { rows } = await client.query("SELECT FROM installation WHERE move_stage IS NOT NULL");
    if (rows.length > 0)
      throw new Error("Cannot come back: what the database holds was moved, or is being moved");
  }

  #stand(client: pg.Client): void {
    const { events } = this.#options;
    this.#client = client;
    void keepPulse({
      ask: () => client.query("SELECT"),
      isWanted: () => client === this.#client,
      onDoubt: events.onLost,
      onHeard: events.onBack,
    });
  }

  #lose(client: pg.Client): void {
    this.#broken.add(client);
    if (client !== this.#client || this.#isLeaving) return;
    this.#client = null;
    this.#options.database.outages.cut();
    this.#options.events.onLost();
    this.#comingBack = this.#comeBack().finally(() => {
      this.#comingBack = null;
    });
  }

  async #comeBack(): Promise<void> {
    let toldCode: string | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; !this.#isLeaving; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      try {
        const client = await this.#connect();
        if (this.#isLeaving) return void (await client.end());
        this.#stand(client);
        this.#options.database.outages.answered();
        return this.#options.events.onBack();
      } catch (error) {
        // Why the database cannot be reached is told by whoever reads or writes meanwhile; a refusal only this one meets.
        if (!isUnreachable(error) && codeOf(error) !== toldCode) {
          toldCode = codeOf(error);
          this.#options.database.tellOfConnection("open", error);
        }
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  }

  #hear({ channel, payload = "" }: pg.Notification): void {
    const { notices, signals } = this.#options;
    for (const { onDue, onChanged } of signals()) {
      if (channel === notices.dueChannel) onDue(Number(payload));
      if (channel !== notices.changedChannel) continue;
      const [tenantId = "", reminderId = ""] = payload.split(" ");
      onChanged(tenantId, reminderId);
    }
  }
}
