import { createRegistry } from "../../src/channels/registry.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/engine/clock.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { RecordingChannel, TENANT } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING, type Tuning } from "../../src/engine/ports.ts";
import {
  openPostgresStore,
  type PostgresOptions,
  type PostgresStore,
} from "../../src/store/postgres/store.ts";

interface EngineOptions extends Partial<PostgresOptions> {
  url: string;
  /** What the server shows of it. */
  applicationName: string;
  tuning?: Partial<Tuning>;
}

/** An engine in real time on a database that others may share. */
export interface EngineOnDatabase extends AsyncDisposable {
  store: PostgresStore;
  channel: RecordingChannel;
  engine: Engine;
  faults: string[];
  /** What it told of its connections. */
  told: string[];
  /** Has one message go out at each of these times from now, in seconds. */
  acceptAt(seconds: readonly number[]): Promise<void>;
}

export async function openEngine({ tuning, ...options }: EngineOptions): Promise<EngineOnDatabase> {
  const [faults, told]: [string[], string[]] = [[], []];
  const own = { schema: "belfry", poolSize: 4, notifyWithinMs: 3_000 };
  const onConnectionFault = ({ message }: Error): void => void told.push(message);
  const store = await openPostgresStore({ ...own, onConnectionFault, ...options });
  await store.ensureTenant({ ...TENANT, nowMs: Date.now() });
  const channel = new RecordingChannel();
  const engine = createEngine({
    store,
    channels: createRegistry([channel]),
    clock: systemClock,
    ids: createIdSource(Date.now, (count) => crypto.getRandomValues(new Uint8Array(count))),
    random: Math.random,
    tuning: { ...DEFAULT_TUNING, ...tuning },
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  });
  return {
    ...{ store, channel, engine, faults, told },
    acceptAt: (seconds) => acceptAt(engine, seconds),
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await store.close();
    },
  };
}

async function acceptAt(engine: Engine, seconds: readonly number[]): Promise<void> {
  const requests = seconds.map((after, index) => ({
    schedule: { in: `PT${after.toFixed(2)}S` },
    to: { channel: "webhook", address: "http://one.test/" },
    content: { text: String(index) },
  }));
  for (const result of await engine.accept(TENANT, requests)) if (!result.ok) throw result.error;
}
