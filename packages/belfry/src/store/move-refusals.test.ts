import { DatabaseSync } from "node:sqlite";
import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { createDatabase } from "../../test/postgres/shared-postgres.ts";
import { acceptDue, LEASE_MS, NOW, TENANT } from "./contract/fixtures.ts";
import { type MovePlace, newPlace, type PlaceKind } from "./contract/move-places.ts";
import { abortMove, moveInstallation } from "./move.ts";
import { openPostgresTransfer } from "./postgres/transfer.ts";
import type { Store } from "./store.ts";
import type { Transferable } from "./transfer.ts";

const KINDS: readonly PlaceKind[] = ["sqlite", "postgres"];
const nowMs = () => NOW;

async function onStore(place: MovePlace, act: (store: Store) => Promise<unknown>): Promise<void> {
  const store = await place.openStore();
  await act(store);
  await store.close();
}

async function onBoth(
  from: MovePlace,
  to: MovePlace,
  act: (from: Transferable, to: Transferable) => Promise<unknown>,
): Promise<void> {
  const [left, arrived] = [await from.openTransfer({ mustExist: true }), await to.openTransfer()];
  try {
    await act(left, arrived);
  } finally {
    await left.close();
    await arrived.close();
  }
}

function move(from: Transferable, to: Transferable): Promise<unknown> {
  return moveInstallation({ from, to, newId: "move_1", leaseMs: LEASE_MS });
}

describe.each(KINDS)("moveInstallation() to %s", (kind) => {
  test("refuses a target that is not empty, and leaves both as they are", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    await onStore(to, acceptDue);
    await onBoth(from, to, (left, arrived) =>
      expect(move(left, arrived)).rejects.toMatchObject({ code: "store_not_empty" }),
    );
    for (const place of [from, to])
      await onStore(place, async (store) => expect((await store.counts()).reminders.active).toBe(1));
  });

  test("takes a target on which a first start has made its tenant and its key", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    await onStore(to, (store) =>
      store.ensureTenant({ id: "tnt_default", timeZone: "Asia/Tokyo", nowMs: NOW }),
    );
    await onBoth(from, to, move);
    await onStore(to, async (store) => {
      expect((await store.counts(TENANT)).reminders.active).toBe(1);
      expect(await store.findTenant("tnt_default")).toBeNull();
    });
  });

  test("refuses a target that holds all of another move, and one from which all was moved", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    await onStore(to, async () => {});
    await onBoth(from, to, async (left, arrived) => {
      await arrived.mark({ id: "other", stage: "arrived", place: "elsewhere" });
      await expect(move(left, arrived)).rejects.toMatchObject({ code: "store_not_empty" });
      await arrived.mark({ id: "other", stage: "left", place: "elsewhere" });
      await expect(move(left, arrived)).rejects.toMatchObject({ code: "store_moved" });
      expect(await left.readMark()).toBeNull();
    });
  });
});

describe.each(KINDS)("a store on %s that was moved", (kind) => {
  test("says where it went when it is opened, moved again or given up", async () => {
    await using from = await newPlace(kind, nowMs);
    await using to = await newPlace("sqlite", nowMs);
    await onStore(from, acceptDue);
    let place = "";
    await onBoth(from, to, async (left, arrived) => {
      place = arrived.place;
      await move(left, arrived);
    });
    const answer = {
      code: "store_moved",
      message: expect.stringContaining(`was moved to ${place}; use that one`),
    };
    await expect(from.openStore()).rejects.toMatchObject(answer);
    await onBoth(from, to, async (left, arrived) => {
      await expect(move(left, arrived)).rejects.toMatchObject(answer);
      await expect(abortMove(left, arrived)).rejects.toMatchObject(answer);
    });
    await onStore(to, async (store) => expect((await store.counts()).reminders.active).toBe(1));
  });

  test("cannot be given up when no move was begun", async () => {
    await using from = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    const left = await from.openTransfer({ mustExist: true });
    await expect(abortMove(left, null)).rejects.toMatchObject({ code: "store_not_moving" });
    await left.close();
  });
});

describe("moveInstallation()", () => {
  test("refuses one place under two names", async () => {
    await using database = await createDatabase();
    const other = new URL(database.url);
    other.hostname = "localhost";
    const [from, to] = await Promise.all(
      [database.url, other.href].map((url) =>
        openPostgresTransfer({ url, schema: "belfry", mustExist: false }),
      ),
    );
    if (!from || !to) throw new Error("Cannot test: there are to be two");
    await expect(move(from, to)).rejects.toMatchObject({ code: "store_same" });
    await Promise.all([from.close(), to.close()]);
  });

  test("moves from one schema of a database to another", async () => {
    await using database = await createDatabase();
    const open = (schema: string) => openPostgresTransfer({ url: database.url, schema, mustExist: false });
    const [from, to] = [await open("one"), await open("two")];
    await move(from, to);
    expect(from.place).toMatch(/ \(schema one\)$/);
    expect(await from.readMark()).toMatchObject({ stage: "left", place: to.place });
    await from.close();
    await to.close();
  });

  test("goes on where it was broken off, once it is repeated", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace("sqlite", nowMs);
    await onStore(from, acceptDue);
    const signal = AbortSignal.abort();
    await onBoth(from, to, async (left, arrived) => {
      const broken = moveInstallation({
        from: left,
        to: arrived,
        newId: "move_1",
        leaseMs: LEASE_MS,
        signal,
      });
      await expect(broken).rejects.toMatchObject({ code: "move_broken_off" });
      expect(await left.readMark()).toMatchObject({ stage: "leaving" });
      await move(left, arrived);
    });
    await onStore(to, async (store) => expect((await store.counts()).reminders.active).toBe(1));
  });

  test("opens nothing when rows are missing in the end", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace("sqlite", nowMs);
    await onStore(from, acceptDue);
    await onBoth(from, to, async (left, arrived) => {
      const losing = { ...arrived, write: async () => {} };
      await expect(move(left, losing)).rejects.toMatchObject({ code: "move_incomplete" });
    });
    await expect(to.openStore()).rejects.toMatchObject({ code: "store_moving" });
  });
});

describe("openPostgresTransfer()", () => {
  test("refuses a source without Belfry's tables, and makes none", async () => {
    await using database = await createDatabase();
    const opened = openPostgresTransfer({ url: database.url, schema: "belfrey", mustExist: true });
    await expect(opened).rejects.toMatchObject({ code: "store_absent" });
    expect(await ask(database.url, "SELECT 1 FROM pg_namespace WHERE nspname = 'belfrey'")).toEqual([]);
  });

  test("refuses a newer schema, though this program could still work on it", async () => {
    await using place = await databasePlace();
    await ask(
      place.url,
      "INSERT INTO belfry.migrations (number, name, works_with, applied_at) SELECT 99, 'later', max(works_with), 0 FROM belfry.migrations",
    );
    const opened = openPostgresTransfer({ url: place.url, schema: "belfry", mustExist: true });
    await expect(opened).rejects.toMatchObject({ code: "store_newer" });
  });

  test("lets one move at a time work on a database", async () => {
    await using place = await databasePlace();
    const open = () => openPostgresTransfer({ url: place.url, schema: "belfry", mustExist: true });
    const [first, second] = [await open(), await open()];
    await first.hold();
    await expect(second.hold()).rejects.toMatchObject({ code: "store_in_use" });
    await first.close();
    await second.hold();
    await second.close();
  });
});

test("openSqliteTransfer() refuses a newer schema", async () => {
  await using place = await newPlace("sqlite", nowMs);
  await onStore(place, acceptDue);
  const left = await place.openTransfer();
  const path = `${left.place}/belfry.db`;
  await left.close();
  using db = new DatabaseSync(path);
  db.exec("INSERT INTO migrations (number, name, applied_at) VALUES (99, 'later', 0)");
  await expect(place.openTransfer()).rejects.toMatchObject({ code: "store_newer" });
});

async function databasePlace() {
  const database = await createDatabase();
  await (await openPostgresTransfer({ url: database.url, schema: "belfry", mustExist: false })).close();
  return database;
}

async function ask(url: string, query: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(query)).rows;
  } finally {
    await client.end();
  }
}

describe.each(KINDS)("abortMove() of a move to %s", (kind) => {
  test("empties the target of a move that was killed before its source was marked", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    await onBoth(from, to, async (left, arrived) => {
      await arrived.enter({ id: "move_1", stage: "arriving", place: left.place });
      await abortMove(left, arrived);
    });
    for (const [place, active] of [
      [from, 1],
      [to, 0],
    ] as const)
      await onStore(place, async (store) => expect((await store.counts()).reminders.active).toBe(active));
  });

  test("leaves alone what another move has brought", async () => {
    await using from = await newPlace("sqlite", nowMs);
    await using to = await newPlace(kind, nowMs);
    await onStore(from, acceptDue);
    await onStore(to, acceptDue);
    await onBoth(from, to, async (left, arrived) => {
      await left.mark({ id: "move_1", stage: "leaving", place: "elsewhere" });
      await arrived.mark({ id: "move_2", stage: "arrived", place: "elsewhere" });
      await abortMove(left, arrived);
      expect(await left.readMark()).toBeNull();
      expect(await arrived.readMark()).toMatchObject({ id: "move_2", stage: "arrived" });
      expect((await arrived.count()).reminders).toBe(1);
    });
  });
});
