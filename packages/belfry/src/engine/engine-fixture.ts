import type { Channel, Message } from "../channels/channel.ts";
import { createRegistry } from "../channels/registry.ts";
import { createIdSource } from "../domain/ids.ts";
import type { Outcome } from "../domain/outcome.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import type { Store } from "../store/store.ts";
import { createEngine } from "./create-engine.ts";
import type { Engine, ReminderRequest } from "./engine.ts";
import type { EngineEvent } from "./observer.ts";
import { DEFAULT_TUNING, type EnginePorts, type Tuning } from "./ports.ts";
import type { Changed, ChangedReminder } from "./reminder-changes.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const TENANT = { id: "tnt_test", timeZone: "UTC" };

/** Sunday, 2026-03-01T00:00:00Z. */
export const START = Date.UTC(2026, 2, 1);

/** A channel that keeps what it is given and answers as told. */
export class RecordingChannel implements Channel {
  readonly name: string;
  readonly idempotent = true;
  concurrencyPerDestination = 50;
  readonly sent: Message[] = [];
  answer: (message: Message) => Outcome | Promise<Outcome> = () => ({ kind: "delivered" });

  constructor(name = "webhook") {
    this.name = name;
  }

  checkAddress(address: string | undefined) {
    if (!address?.startsWith("http")) return { ok: false as const, message: "is no URL", allowed: "a URL" };
    return { ok: true as const, destination: new URL(address).host };
  }

  async send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    return this.answer(message);
  }

  async close(): Promise<void> {}
}

export interface Rig {
  clock: VirtualClock;
  store: Store;
  channel: RecordingChannel;
  /** Besides it, by their names. */
  others: Readonly<Record<string, RecordingChannel>>;
  engine: Engine;
  faults: string[];
  /** What the engine told. */
  events: EngineEvent[];
  /** An engine on the same store, as after a restart. */
  restart(ports?: Partial<EnginePorts>): Engine;
  accept(request: Partial<ReminderRequest>): Promise<string>;
  /** The texts sent, in order. */
  texts(): (string | undefined)[];
}

/** The real engine on the real store in memory, with a clock of its own and a recording channel. */
export function createRig(
  tuning: Partial<Tuning> = {},
  { slowClaimMs = 0, others: names = [] }: { slowClaimMs?: number; others?: readonly string[] } = {},
): Rig {
  const clock = new VirtualClock(START);
  const store = slowDown(openSqliteStore({ path: ":memory:", nowMs: START }), clock, slowClaimMs);
  const channel = new RecordingChannel();
  const others = Object.fromEntries(names.map((name) => [name, new RecordingChannel(name)]));
  const faults: string[] = [];
  const events: EngineEvent[] = [];
  let seed = 0;
  const deps: EnginePorts = {
    store,
    channels: createRegistry([channel, ...Object.values(others)]),
    clock,
    ids: createIdSource(
      () => clock.now(),
      (count) => new Uint8Array(count).fill(0).map((_, i) => (i === count - 1 ? seed++ : seed >> 8)),
    ),
    random: () => 0.5,
    tuning: { ...DEFAULT_TUNING, ...tuning },
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
    observe: (event) => events.push(event),
  };
  const engine = createEngine(deps);
  return {
    clock,
    store,
    channel,
    others,
    engine,
    faults,
    events,
    restart: (ports = {}) => createEngine({ ...deps, ...ports }),
    accept: (request) => acceptOne(engine, request),
    texts: () => channel.sent.map((message) => message.content.text),
  };
}

/** The same store, but what a claim has taken arrives later, as over a slow disk. */
function slowDown(store: Store, clock: VirtualClock, slowClaimMs: number): Store {
  if (slowClaimMs === 0) return store;
  const claim: Store["claim"] = async (request) => {
    const claimed = await store.claim(request);
    await new Promise<void>((resolve) => clock.at(clock.now() + slowClaimMs, resolve));
    return claimed;
  };
  return { ...store, claim };
}

async function acceptOne(engine: Engine, request: Partial<ReminderRequest>): Promise<string> {
  const full = {
    schedule: { in: "PT1M" },
    to: { channel: "webhook", address: "http://one.test/" },
    content: { text: "hi" },
  };
  const [result] = await engine.accept(TENANT, [{ ...full, ...request }]);
  if (!result?.ok) throw result?.error ?? new Error("Cannot accept: no result");
  return result.view.reminder.id;
}

/** The change that was made; throws if it was refused. */
export function changed(result: Changed): ChangedReminder {
  if (result.kind !== "changed") throw new Error(`Cannot test: the change was refused as ${result.kind}`);
  return result;
}

/** The instants, in whole minutes since the start, at which something was sent. */
export function sentMinutes({ channel }: Rig): number[] {
  return channel.sent.map((message) => Math.floor((message.attemptAtMs - START) / 60_000));
}
