import type { BatchResource, ReminderResource } from "../../src/http/schemas/reminder.ts";
import type { ApiAnswer } from "../e2e/api-request.ts";
import type { BelfryProcess } from "../e2e/belfry-process.ts";
import { askedAnew, bodyOf, type Order, textOf } from "./orders.ts";

type Answer = ApiAnswer<ReminderResource | BatchResource>;

/** An order that was answered, and how. */
interface Answered {
  order: Order;
  answer: Answer;
}

/**
 * A caller that asks until it is answered, through whatever happens to the server, and remembers what
 * it was promised.
 */
export class InsistentCaller {
  /** Text to reminder: what got a 2xx. */
  readonly promised = new Map<string, string>();
  /** Texts of requests without a key that broke off: nobody knows whether they were heard. */
  readonly unanswered = new Set<string>();
  /** Requests with a key that were answered. */
  readonly keyed: Answered[] = [];
  brokenOff = 0;
  batchesBrokenOff = 0;
  /** Answers that were those of a request made before a kill. */
  replayed = 0;
  readonly #belfry: BelfryProcess;

  constructor(belfry: BelfryProcess) {
    this.#belfry = belfry;
  }

  /** Asks for these, `concurrency` at a time; resolves when each is answered. */
  async ask(orders: readonly Order[], concurrency: number): Promise<void> {
    const queue = [...orders];
    const askOneByOne = async (): Promise<void> => {
      for (let order = queue.shift(); order; order = queue.shift()) await this.#insist(order);
    };
    await Promise.all(Array.from({ length: concurrency }, askOneByOne));
  }

  /** Asks the same again with the same key; resolves with the answer and the first one. */
  async repeat({ order, answer }: Answered): Promise<{ first: string; again: string; replayed: unknown }> {
    const again = await this.#post(order);
    return { first: answer.text, again: again.text, replayed: again.headers["idempotency-replayed"] };
  }

  async #insist(order: Order): Promise<void> {
    await this.#belfry.url();
    const before = this.#belfry.interruptions;
    const answer = await this.#post(order).catch((error: unknown) => {
      // Nothing but a kill is a reason to break off.
      if (this.#belfry.interruptions === before) throw error;
      return null;
    });
    if (answer) return this.#remember(order, answer);
    this.brokenOff += 1;
    if (order.reminders.length > 1) this.batchesBrokenOff += 1;
    if (order.idempotencyKey !== null) return this.#insist(order);
    for (const reminder of order.reminders) this.unanswered.add(textOf(reminder));
    return this.#insist(askedAnew(order));
  }

  #post(order: Order): Promise<Answer> {
    const { path, idempotencyKey } = order;
    const headers: Record<string, string> =
      idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey };
    return this.#belfry.api("POST", path, bodyOf(order), headers);
  }

  #remember(order: Order, answer: Answer): void {
    if (answer.headers["idempotency-replayed"] === "true") this.replayed += 1;
    if (order.idempotencyKey !== null) this.keyed.push({ order, answer });
    const ids = acceptedIds(answer);
    if (ids.length !== order.reminders.length) throw new Error(`Cannot use the answer: ${answer.text}`);
    for (const [i, reminder] of order.reminders.entries()) this.promised.set(textOf(reminder), ids[i] ?? "");
  }
}

function acceptedIds({ status, body }: Answer): string[] {
  if (status === 201 && "id" in body) return [body.id];
  if (status !== 200 || !("results" in body)) return [];
  return body.results.flatMap((result) => (result.status === 201 ? [result.reminder.id] : []));
}
