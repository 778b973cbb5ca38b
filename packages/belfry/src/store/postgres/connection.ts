import type { Socket } from "node:net";
import pg from "pg";
import { SILENT } from "./failure.ts";
import { SilenceWatch, type Standing } from "./silence-watch.ts";

type Told = (error: Error | null, client: pg.Client) => void;
type Ask = (...asked: unknown[]) => unknown;

/** Who helps connections to find out that nobody answers them any more. */
export interface SilenceGuard {
  /** How long an answer may be missed before that is looked into, in ms. */
  silentAfterMs: number;
  /** Whether the server is at work for the session of that number; null: not known yet. Never rejects. */
  standingOf: (pid: number | null) => Promise<Standing>;
  /** It was given up: nothing has been heard of it since then, by `performance.now()`. */
  onSilent: (error: Error, sinceMs: number) => void;
}

/** The server of a connection that is to be ended says good-bye within so long, or is not waited for. */
const PARTS_WITHIN_MS = 2_000;
const OWN_PID = "SELECT pg_backend_pid() AS pid";

/**
 * The driver's connection, but one that cannot be made leaves nothing open: the driver leaves it to the server
 * to end it, which may take a minute, and keeps the process alive so long. And one that breaks while it is
 * used, or has just been made, does not end the process: what was asked of it tells. And one that has fallen silent
 * is broken off, where the driver would wait for ever: what was asked of it fails as on any that breaks.
 */
export class Connection extends pg.Client {
  readonly #guard: SilenceGuard;
  readonly #watch: SilenceWatch;
  #pid: number | null = null;

  constructor(config: string | pg.ClientConfig | undefined, guard: SilenceGuard) {
    super(config);
    this.#guard = guard;
    this.on("error", () => {});
    this.#watch = new SilenceWatch({
      silentAfterMs: guard.silentAfterMs,
      traffic: () => this.connection.stream as Socket,
      standing: () => guard.standingOf(this.#pid),
      onSilent: (sinceMs) => this.#fallSilent(sinceMs),
    });
    this.query = this.#watched(this.query.bind(this) as Ask) as typeof this.query;
  }

  /** The same for a pool, which makes them by their settings alone. */
  static guardedBy(guard: SilenceGuard): new (config?: pg.ClientConfig) => Connection {
    return class extends Connection {
      constructor(config?: pg.ClientConfig) {
        super(config, guard);
      }
    };
  }

  override connect(): Promise<pg.Client>;
  override connect(told: Told): void;
  override connect(told?: Told): Promise<pg.Client> | undefined {
    const made = super.connect().then(() => this.#learnPid());
    made.catch(() => this.end().catch(() => {}));
    if (!told) return made;
    made.then(
      () => told(null, this),
      (error: Error) => told(error, this),
    );
    return undefined;
  }

  override end(): Promise<void>;
  override end(told: (error?: Error) => void): void;
  override end(told?: (error?: Error) => void): Promise<void> | undefined {
    const late = setTimeout(() => this.connection.stream.destroy(), PARTS_WITHIN_MS).unref();
    const ended = super.end().finally(() => clearTimeout(late));
    if (!told) return ended;
    ended.then(() => told(), told);
    return undefined;
  }

  /** Asked for, since a pooler tells a number of its own when a connection is made. */
  async #learnPid(): Promise<this> {
    const { rows } = await this.query<{ pid: number }>(OWN_PID);
    this.#pid = rows[0]?.pid ?? null;
    return this;
  }

  #fallSilent(sinceMs: number): void {
    const error = Object.assign(new Error("Cannot go on: the connection has fallen silent"), {
      code: SILENT,
    });
    // Without a word to the server; whatever was asked fails with it.
    this.connection.stream.destroy(error);
    this.#guard.onSilent(error, sinceMs);
  }

  /** The pool is told by a callback, whoever else asks by a promise. */
  #watched(ask: Ask): Ask {
    return (...asked) => {
      this.#watch.begin();
      const end = () => this.#watch.end();
      const told = asked.at(-1);
      if (typeof told === "function") {
        const tell = (...answer: unknown[]) => {
          end();
          told(...answer);
        };
        return ask(...asked.slice(0, -1), tell);
      }
      const answer = ask(...asked);
      Promise.resolve(answer).then(end, end);
      return answer;
    };
  }
}
