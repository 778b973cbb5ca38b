import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DELIVERY_STATES } from "../../src/domain/delivery.ts";
import { openPostgresStore } from "../../src/store/postgres/store.ts";
import { openSqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/store.ts";
import { createDatabase } from "../postgres/shared-postgres.ts";
import { Book } from "./book.ts";
import { allCommands } from "./commands.ts";
import { BEGIN_MS, type Place, World } from "./world.ts";

/** How many random lives; `MODEL_RUNS=1000 vitest run …` for a long look. */
const RUNS = Number(process.env.MODEL_RUNS ?? 60);
/** On PostgreSQL each takes ten times as long. */
const RUNS_ON_POSTGRES = Math.ceil(RUNS / 6);
const SEED = process.env.FAULT_SEED === undefined ? {} : { seed: Number(process.env.FAULT_SEED) };
const WITHIN_MS = 60_000 + RUNS * 3_000;
const TENANT_ID = "tnt_model";

/** In memory it is gone with the last who has it open, so the place itself keeps it. */
async function sqlitePlace(): Promise<Place> {
  const store = openSqliteStore({ path: ":memory:", nowMs: BEGIN_MS });
  return { open: async () => ({ ...store, close: async () => {} }), close: () => store.close() };
}

let schemas = 0;

function postgresPlace(url: string): Place {
  const schema = `model_${schemas++}`;
  const open = (): Promise<Store> =>
    openPostgresStore({
      url,
      schema,
      applicationName: "belfry",
      poolSize: 3,
      notifyWithinMs: 3_000,
      graceMs: 0,
    });
  return { open, close: async () => {} };
}

/** The counts that are kept are those of what is there. */
async function expectCountsRight(store: Store): Promise<void> {
  const { deliveries } = await store.counts(TENANT_ID);
  for (const state of DELIVERY_STATES) {
    const request = { tenantId: TENANT_ID, limit: 10_000, after: undefined, reminderId: undefined, state };
    expect([state, deliveries[state]]).toEqual([state, (await store.listDeliveries(request)).items.length]);
  }
}

/** One that is over rests in the history, and one that is not has something to come. */
async function expectNothingStuck({ store }: World, book: Book): Promise<void> {
  for (const entry of book.entries.values()) {
    const view = await store.findReminder(TENANT_ID, entry.id);
    const open = await store.findOpenDeliveries(TENANT_ID, entry.id);
    const isOver = entry.state === "finished" || entry.state === "cancelled";
    const hasMore = view?.reminder.next !== null || open.length > 0;
    expect({ id: entry.id, state: view?.reminder.state }).toEqual({ id: entry.id, state: entry.state });
    expect({ id: entry.id, hasMore }).toEqual({ id: entry.id, hasMore: !isOver || entry.byHand.length > 0 });
  }
}

async function live(makePlace: () => Promise<Place>, commands: Iterable<fc.AsyncCommand<Book, World>>) {
  const world = await World.begin(await makePlace());
  const book = new Book(BEGIN_MS);
  try {
    await fc.asyncModelRun(() => ({ model: book, real: world }), commands);
    await expectCountsRight(world.store);
    await expectNothingStuck(world, book);
  } finally {
    await world.end();
  }
}

describe("whatever is asked, and whenever it crashes, what must be sent is sent, and nothing else", () => {
  test(
    "on SQLite",
    async () => {
      const commands = fc.commands(allCommands({ isShared: false }), { maxCommands: 30, size: "max" });
      const property = fc.asyncProperty(commands, (commands) => live(sqlitePlace, commands));
      await fc.assert(property, { numRuns: RUNS, ...SEED });
    },
    WITHIN_MS,
  );

  test(
    "on PostgreSQL, where others may work beside it",
    async () => {
      await using database = await createDatabase();
      const commands = fc.commands(allCommands({ isShared: true }), { maxCommands: 30, size: "max" });
      const makePlace = async (): Promise<Place> => postgresPlace(database.url);
      const property = fc.asyncProperty(commands, (commands) => live(makePlace, commands));
      await fc.assert(property, { numRuns: RUNS_ON_POSTGRES, ...SEED });
    },
    WITHIN_MS,
  );
});
