import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Message } from "../../src/channels/channel.ts";
import { createRegistry } from "../../src/channels/registry.ts";
import type { Delivery } from "../../src/domain/delivery.ts";
import { createIdSource } from "../../src/domain/ids.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine, ReminderRequest } from "../../src/engine/engine.ts";
import { RecordingChannel, TENANT } from "../../src/engine/engine-fixture.ts";
import { DEFAULT_TUNING } from "../../src/engine/ports.ts";
import { VirtualClock } from "../../src/engine/virtual-clock.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";

/** One life of the process: whatever it has not written is gone with it. */
interface Life {
  clock: VirtualClock;
  store: Store;
  engine: Engine;
}

/** The engine on a database file and a clock of its own, which can be killed and opened again later. */
export class EngineOnFile {
  readonly channel = new RecordingChannel();
  readonly faults: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "belfry-engine-"));
  readonly #lives: Life[] = [];
  #ids = 0;

  private constructor() {}

  static async start(atMs: number): Promise<EngineOnFile> {
    const file = new EngineOnFile();
    await file.#live(atMs);
    return file;
  }

  get #life(): Life {
    const life = this.#lives.at(-1);
    if (!life) throw new Error("Cannot use the engine: it has never been started");
    return life;
  }

  /** What was handed to the channel, in all lives, oldest first. */
  get sent(): readonly Message[] {
    return this.channel.sent;
  }

  get databasePath(): string {
    return join(this.#folder, "belfry.db");
  }

  advance(ms: number): Promise<void> {
    return this.#life.clock.advance(ms);
  }

  /** Sets the clock to another time while the engine runs. */
  setClockBy(ms: number): void {
    this.#life.clock.setBy(ms);
  }

  get nowMs(): number {
    return this.#life.clock.now();
  }

  /** The old life's timers never ring again, as those of a killed process; then another one begins. */
  async killForAndRestart(downMs: number): Promise<void> {
    await this.#live(this.#life.clock.now() + downMs);
  }

  async stopForAndRestart(downMs: number): Promise<void> {
    await this.#life.engine.stop();
    await this.#live(this.#life.clock.now() + downMs);
  }

  async accept(request: Partial<ReminderRequest>): Promise<string> {
    const to = { channel: "webhook", address: "http://one.test/" };
    const full = { schedule: { in: "PT1M" }, to, content: { text: "ring" }, ...request };
    const [result] = await this.#life.engine.accept(TENANT, [full]);
    if (!result?.ok) throw result?.error ?? new Error("Cannot accept: no result");
    return result.view.reminder.id;
  }

  async deliveriesOf(reminderId: string): Promise<Delivery[]> {
    const request = { tenantId: TENANT.id, limit: 100, after: undefined, reminderId, state: undefined };
    return (await this.#life.store.listDeliveries(request)).items;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { store } of this.#lives) await store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #live(atMs: number): Promise<void> {
    const clock = new VirtualClock(atMs);
    const store = openSqliteStore({ path: this.databasePath, nowMs: atMs });
    const engine = createEngine({
      store,
      channels: createRegistry([this.channel]),
      clock,
      ids: createIdSource(
        () => clock.now(),
        (count) => this.#bytes(count),
      ),
      random: () => 0.5,
      tuning: DEFAULT_TUNING,
      onFault: (what, error) => this.faults.push(`${what}: ${String(error)}`),
    });
    this.#lives.push({ clock, store, engine });
    await engine.start();
  }

  /** Different at every call, and the same in every run. */
  #bytes(count: number): Uint8Array {
    const bytes = Buffer.alloc(count);
    bytes.writeUInt32BE(++this.#ids, count - 4);
    return bytes;
  }
}
