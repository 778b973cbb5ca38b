import { setTimeout as pause } from "node:timers/promises";
import type { BatchResource, ReminderInput } from "../../../src/http/schemas/reminder.ts";
import { askApi } from "../../e2e/api-request.ts";
import { ADMIN_KEY, type Cluster } from "./cluster.ts";

const PAUSE_MS = 50;
const ANSWERS_WITHIN_MS = 60_000;

/** Asks for reminders until it is promised them, whatever happens, and remembers what it was promised. */
export class Promises {
  /** Text to reminder. */
  readonly kept = new Map<string, string>();
  /** Requests that broke off or were refused for the moment, and were made again with the same key. */
  asksAgain = 0;
  /** What the text of each begins with. */
  readonly name: string;
  readonly #cluster: Cluster;
  #asked = 0;

  constructor(cluster: Cluster, name: string) {
    this.#cluster = cluster;
    this.name = name;
  }

  /** One batch. Rejects if it is refused, or takes too long. */
  async ask(wishes: readonly Omit<ReminderInput, "message">[]): Promise<void> {
    const reminders = wishes.map((wish, i) => ({ ...wish, message: `${this.name}.${this.#asked + i}` }));
    const key = `${this.name}.${this.#asked}`;
    this.#asked += wishes.length;
    const deadlineMs = performance.now() + ANSWERS_WITHIN_MS;
    let answer = await this.#post(key, reminders);
    while (answer === null) {
      if (performance.now() > deadlineMs) throw new Error("Cannot get an answer: it takes too long");
      this.asksAgain += 1;
      await pause(PAUSE_MS);
      answer = await this.#post(key, reminders);
    }
    for (const [i, result] of answer.results.entries()) {
      if (result.status !== 201) throw new Error(`Cannot ask for a reminder: ${JSON.stringify(result)}`);
      this.kept.set(reminders[i]?.message ?? "", result.reminder.id);
    }
  }

  /** Null if it is to be asked again. */
  async #post(key: string, reminders: readonly ReminderInput[]): Promise<BatchResource | null> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, "idempotency-key": key };
    const request = { method: "POST", path: "/v1/reminders/batch", body: { reminders }, headers } as const;
    const url = await this.#cluster.api.url();
    const answer = await askApi<BatchResource>({ url, ...request }).catch(() => null);
    if (answer === null || answer.status === 503 || answer.status === 409) return null;
    if (answer.status !== 200) throw new Error(`Cannot ask for reminders: ${answer.text}`);
    return answer.body;
  }
}
