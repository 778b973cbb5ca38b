import { randomUUID } from "node:crypto";
import { Agent } from "undici";
import { call } from "../calls.ts";
import { pause, type Server } from "../processes.ts";
import type { Ledger } from "./ledger.ts";
import type { Receiving } from "./receiving.ts";

/** How often one-offs are sent in. */
const STEP_MS = 200;
/** From acceptance to due: some within the near window, most beyond it. */
const DUE_WITHIN_MS: readonly [number, number] = [500, 12_000];
const RULE_EVERY_MS = 5_000;
/** Of all deliveries, those of rules, and of the one-offs those that are sent in singly. */
const RULE_SHARE = 0.2;
const SINGLE_SHARE = 0.15;
/** Single requests that are repeated with their `Idempotency-Key`. */
const REPEATED_SHARE = 0.1;
/** Of the one-offs, those that meet trouble, by the receiver's path. */
const TROUBLES: readonly [string, number][] = [
  ["/flaky", 0.08],
  ["/dead", 0.03],
  ["/slow", 0.05],
  ["/reset", 0.01],
  ["/hang", 0.003],
  ["/gone", 0.03],
];
/** The name of the endpoint that is said to be gone now and then. */
export const ENDPOINT = "fickle";
/** What fails for good is dead after two attempts at once, so that it can be brought back soon. */
const RETRY = { "/dead": { maxAttempts: 2, initial: "PT0.05S", max: "PT0.05S" } } as Readonly<
  Record<string, object>
>;

export interface LoadOptions {
  server: Server;
  receiving: Receiving;
  ledger: Ledger;
  /** Deliveries a second. */
  rate: number;
  /** When it ends, in ms since the epoch. */
  endMs: number;
}

/** Sends in one-offs and rules at a steady rate. */
export class Load {
  readonly #options: LoadOptions;
  readonly #dispatcher = new Agent({ connections: 20 });
  #acceptMs: number[] = [];

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  /** How long single requests took since the last call, in ms. */
  takeAcceptMs(): number[] {
    const taken = this.#acceptMs;
    this.#acceptMs = [];
    return taken;
  }

  async run(): Promise<void> {
    const { rate, endMs } = this.#options;
    await this.#acceptRules(Math.round((rate * RULE_SHARE * RULE_EVERY_MS) / 1_000));
    const perStep = (rate * (1 - RULE_SHARE) * STEP_MS) / 1_000;
    let due = 0;
    for (let atMs = Date.now(); atMs < endMs; atMs += STEP_MS) {
      due += perStep;
      await pause(atMs - Date.now());
      await this.#step(Math.floor(due));
      due -= Math.floor(due);
    }
    await this.#dispatcher.close();
  }

  async #step(count: number): Promise<void> {
    const singles = Math.round(count * SINGLE_SHARE);
    const reminders = Array.from({ length: count - singles }, () => this.#oneOff());
    await Promise.all([
      this.#post("/v1/reminders/batch", { reminders }),
      ...Array.from({ length: singles }, () => this.#single()),
    ]);
  }

  async #single(): Promise<void> {
    const reminder = this.#oneOff();
    const headers = { "idempotency-key": randomUUID() };
    const begunMs = performance.now();
    await this.#post("/v1/reminders", reminder, headers);
    this.#acceptMs.push(performance.now() - begunMs);
    if (Math.random() < REPEATED_SHARE) await this.#post("/v1/reminders", reminder, headers);
  }

  async #post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    await call(this.#options.server, this.#dispatcher, { method: "POST", path, body, headers });
  }

  #oneOff(): object {
    const [least, most] = DUE_WITHIN_MS;
    const at = new Date(Date.now() + least + Math.random() * (most - least)).toISOString();
    const path = troubleOf(Math.random());
    const retry = path === null ? undefined : RETRY[path];
    const content = { text: "hello", data: { n: this.#options.ledger.expect() } };
    return { schedule: { at }, to: this.#targetOf(path), content, ...(retry ? { retry } : {}) };
  }

  #targetOf(path: string | null): object {
    const { fine, troubled } = this.#options.receiving;
    if (path === null) return { channel: "webhook", address: fine };
    return path === "/gone" ? { endpoint: ENDPOINT } : { channel: "webhook", address: `${troubled}${path}` };
  }

  /** Rules that ring until the end; each occurrence of theirs is known beforehand. */
  async #acceptRules(count: number): Promise<void> {
    const reminders = Array.from({ length: count }, (_, i) => this.#rule(i));
    await this.#post("/v1/reminders/batch", { reminders });
  }

  #rule(i: number): object {
    const { endMs, ledger, receiving } = this.#options;
    const start = Math.ceil(Date.now() / 1_000) * 1_000 + RULE_EVERY_MS + (i % RULE_EVERY_MS);
    const until = Math.floor(endMs / 1_000) * 1_000;
    const times = Math.max(0, Math.floor((until - start) / RULE_EVERY_MS) + 1);
    const at = { start: new Date(start).toISOString(), until: new Date(until).toISOString() };
    const content = { text: "again", data: { n: ledger.expect(times) } };
    const to = { channel: "webhook", address: receiving.fine };
    return { schedule: { every: `PT${RULE_EVERY_MS / 1_000}S`, ...at }, to, content };
  }
}

function troubleOf(chance: number): string | null {
  let below = 0;
  for (const [path, share] of TROUBLES) {
    below += share;
    if (chance < below) return path;
  }
  return null;
}
