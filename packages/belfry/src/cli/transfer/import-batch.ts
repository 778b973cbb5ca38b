import { createHash } from "node:crypto";
import { ApiError } from "../../client/api-error.ts";
import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { patiently } from "../patience.ts";
import type { Reminder, ReminderInput } from "../resources.ts";
import { sendInHalves } from "./halves.ts";
import type { LineFault, Origin } from "./transfer-line.ts";

/** Calls at the same time. */
const AT_ONCE = 8;

/** A reminder of the file that is to be made. */
export interface ImportItem {
  line: number;
  request: ReminderInput;
  origin: Origin;
}

/** What became of an item. */
export type ImportOutcome =
  | { kind: "imported"; item: ImportItem; reminder: Reminder; isReplayed: boolean }
  | { kind: "failed"; item: ImportItem; fault: LineFault };

/** How batches are sent. */
export interface ImportBatchOptions {
  client: Client;
  context: CliContext;
  signal: AbortSignal;
  /** Goes into the Idempotency-Key; another one imports the same lines again. */
  salt: string;
}

/**
 * Makes the reminders of one batch, and pauses those that were paused. Its Idempotency-Key is made of
 * what it holds and of where that stands, so that the same batch of the same file makes nothing twice.
 *
 * @throws ApiError, UnreachableError if the whole batch is refused for another reason than what it holds
 */
export function createImportBatch(options: ImportBatchOptions) {
  return async (items: readonly ImportItem[]): Promise<ImportOutcome[]> => {
    const outcomes = await send(items, options);
    return pauseAll(outcomes, options);
  };
}

type Send = (items: readonly ImportItem[]) => Promise<ImportOutcome[]>;

async function send(items: readonly ImportItem[], options: ImportBatchOptions): Promise<ImportOutcome[]> {
  const again: Send = (some) => send(some, options);
  return sendInHalves<ImportItem, ImportOutcome>(items, {
    send: async (some) => {
      const { outcomes, isReplayed } = await callOnce(some, options);
      return isReplayed ? await retryRefused(outcomes, again) : outcomes;
    },
    failed: (item, fault) => ({ kind: "failed", item, fault }),
  });
}

async function callOnce(
  items: readonly ImportItem[],
  { client, context, signal, salt }: ImportBatchOptions,
): Promise<{ outcomes: ImportOutcome[]; isReplayed: boolean }> {
  let isReplayed = false;
  const onReplayed = (): void => {
    isReplayed = true;
  };
  const requests = items.map(({ request }) => request);
  const options = { idempotencyKey: keyOf(items, salt), onReplayed };
  const call = () => client.reminders.createBatch(requests, options);
  const { results } = await patiently(call, { context, signal });
  const outcomes = items.map((item, index): ImportOutcome => {
    const result = results[index];
    if (result?.status === 201) return { kind: "imported", item, reminder: result.reminder, isReplayed };
    return { kind: "failed", item, fault: result?.problem ?? NO_ANSWER };
  });
  return { outcomes, isReplayed };
}

const NO_ANSWER: LineFault = { detail: "Cannot import: the server gave no answer for it" };

/** What was refused then may be right now: the answer that is kept would say otherwise for a day. */
async function retryRefused(outcomes: readonly ImportOutcome[], again: Send): Promise<ImportOutcome[]> {
  const refused = outcomes.filter(({ kind }) => kind === "failed").map(({ item }) => item);
  if (refused.length === 0) return [...outcomes];
  const retried = new Map((await again(refused)).map((outcome) => [outcome.item, outcome]));
  return outcomes.map((outcome) => retried.get(outcome.item) ?? outcome);
}

function keyOf(items: readonly ImportItem[], salt: string): string {
  const hash = createHash("sha256").update(`${salt}\n${items[0]?.line}\n`);
  for (const { request } of items) hash.update(`${JSON.stringify(request)}\n`);
  return `belfry-import-${hash.digest("hex")}`;
}

/** A reminder is made active; until it is paused, a moment later, it may ring. */
async function pauseAll(
  outcomes: readonly ImportOutcome[],
  { client, context, signal }: ImportBatchOptions,
): Promise<ImportOutcome[]> {
  const pauseOne = async (outcome: ImportOutcome): Promise<ImportOutcome> => {
    if (outcome.kind === "failed" || outcome.item.origin.state !== "paused") return outcome;
    const { item, reminder } = outcome;
    try {
      await patiently(() => client.reminders.pause(reminder.id), { context, signal });
      return outcome;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const detail = `Cannot pause: it was made as ${reminder.id}, but not paused: ${error.detail}`;
      return { kind: "failed", item, fault: { detail } };
    }
  };
  const done: ImportOutcome[] = [];
  for (let at = 0; at < outcomes.length; at += AT_ONCE)
    done.push(...(await Promise.all(outcomes.slice(at, at + AT_ONCE).map(pauseOne))));
  return done;
}
