import { ApiError, type Client } from "../../packages/belfry/src/client/index.ts";
import { pause } from "../processes.ts";
import type { Ledger } from "./ledger.ts";
import type { Receiving } from "./receiving.ts";

/** How often each kind of meddler begins anew. */
const EVERY_MS = 400;
/** How far ahead lies what is meddled with. */
const AHEAD_MS = 12_000;
/** How long after its acceptance a reminder is meddled with, at most. */
const LATER_MS = 4_000;
const RUNG = 10;
const RESTLESS = 10;

export interface MeddlingOptions {
  client: Client;
  receiving: Receiving;
  ledger: Ledger;
  /** When it ends, in ms since the epoch. */
  endMs: number;
}

/** Edits, pauses, cancels, skips, and rings by hand, as people do who change their minds; resolves with how often. */
export async function meddle(options: MeddlingOptions): Promise<number> {
  const meddlers = [
    moved,
    paused,
    cancelled,
    ...(await prepareRung(options)),
    ...(await prepareRestless(options)),
  ];
  let done = 0;
  const work = async (meddler: Meddler): Promise<void> => {
    while (Date.now() < options.endMs) {
      await Promise.all([meddler(options), pause(EVERY_MS)]);
      done += 1;
    }
  };
  await Promise.all(meddlers.map(work));
  return done;
}

/** Does one thing, whole. */
type Meddler = (options: MeddlingOptions) => Promise<void>;

async function acceptAhead({
  client,
  receiving,
  ledger,
}: MeddlingOptions): Promise<{ n: number; id: string }> {
  const n = ledger.expect();
  const schedule = { at: new Date(Date.now() + AHEAD_MS).toISOString() };
  const to = { channel: "webhook", address: receiving.fine };
  const { id } = await client.reminders.create({ schedule, to, content: { text: "ahead", data: { n } } });
  return { n, id };
}

function aWhile(): Promise<void> {
  return pause(Math.random() * LATER_MS);
}

async function moved(options: MeddlingOptions): Promise<void> {
  const { n, id } = await acceptAhead(options);
  await aWhile();
  const at = new Date(Date.now() + AHEAD_MS / 2).toISOString();
  await options.client.reminders.update(id, { schedule: { at }, content: { text: "moved", data: { n } } });
}

async function paused(options: MeddlingOptions): Promise<void> {
  const { id } = await acceptAhead(options);
  await options.client.reminders.pause(id);
  await aWhile();
  await options.client.reminders.resume(id);
}

async function cancelled({ ledger, ...options }: MeddlingOptions): Promise<void> {
  const { n, id } = await acceptAhead({ ledger, ...options });
  await aWhile();
  const { inFlight } = await options.client.reminders.cancel(id);
  // What a worker holds may still arrive.
  ledger.change(n, inFlight === 0 ? 0 : null);
}

/** Reminders that hardly ever ring by themselves, and are rung by hand again and again. */
function prepareRung({ client, receiving, ledger, endMs }: MeddlingOptions): Promise<Meddler[]> {
  const far = new Date(endMs + 30 * 86_400_000).toISOString().slice("2026-".length, "2026-12-01".length);
  const prepare = async (): Promise<Meddler> => {
    const n = ledger.expect(0);
    const { id } = await client.reminders.create({
      schedule: { yearly: { on: far, time: "09:00" } },
      to: { channel: "webhook", address: `${receiving.troubled}/fine` },
      content: { text: "rung", data: { n } },
    });
    return async () => {
      if (Math.random() < 0.5) await client.reminders.trigger(id);
      else await client.reminders.snooze(id, { for: "PT1S" });
      ledger.again(n);
      await aWhile();
    };
  };
  return Promise.all(Array.from({ length: RUNG }, prepare));
}

/** Rules that are changed all the time, so that nobody can tell how often they ring: each time once. */
function prepareRestless({ client, receiving, ledger, endMs }: MeddlingOptions): Promise<Meddler[]> {
  const until = new Date(endMs).toISOString();
  const to = { channel: "webhook", address: `${receiving.troubled}/fine` };
  const prepare = async (): Promise<Meddler> => {
    const content = { text: "restless", data: { n: ledger.expect(null) } };
    const { id } = await client.reminders.create({ schedule: { every: "PT3S", until }, to, content });
    const changes: (() => Promise<unknown>)[] = [
      () => client.reminders.update(id, { content: { ...content, text: `at ${Date.now()}` } }),
      () => client.reminders.update(id, { schedule: { every: "PT2S", until } }),
      () => client.reminders.skip(id),
      () => client.reminders.pause(id),
      () => client.reminders.resume(id, { missed: "latest" }),
    ];
    return async () => {
      await unlessRefused(changes[Math.floor(Math.random() * changes.length)]);
      await aWhile();
    };
  };
  return Promise.all(Array.from({ length: RESTLESS }, prepare));
}

/** There may be nothing to skip, or nothing left to change at the end; a fault of the server is another thing. */
async function unlessRefused(change: (() => Promise<unknown>) | undefined): Promise<void> {
  try {
    await change?.();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
  }
}
