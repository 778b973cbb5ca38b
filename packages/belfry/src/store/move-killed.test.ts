import { describe, expect, test } from "vitest";
import { seededRandom } from "../../test/faults/seeded-random.ts";
import { readEverything } from "./contract/all-reads.ts";
import { LEASE_MS } from "./contract/fixtures.ts";
import { type MovePlace, newPlace, type PlaceKind } from "./contract/move-places.ts";
import { beginLife, endLife, live } from "./contract/random-life.ts";
import { abortMove, moveInstallation } from "./move.ts";
import type { MovedTableName } from "./moved-tables.ts";
import type { Store } from "./store.ts";
import type { Transferable } from "./transfer.ts";

const KILLED = "killed";
/** All that changes a store; of the rows, some of each kind are enough. */
const CHANGES = ["enter", "mark", "endLeases", "clear", "write", "complete", "writeSecrets"] as const;

const WRITES = new Set<MovedTableName | undefined>(["tenants", "reminders", "deliveries", "delivery_stats"]);

/** Of both stores of a move: ends it before its nth change, as a kill would, and counts them. */
class Killer {
  count = 0;
  readonly #nth: number;

  constructor(nth: number) {
    this.#nth = nth;
  }

  watch(transferable: Transferable): Transferable {
    const watched = { ...transferable };
    for (const name of CHANGES) {
      const change = transferable[name] as (...given: unknown[]) => Promise<void>;
      watched[name] = (...given: unknown[]) => {
        const [table] = given as [{ name?: MovedTableName } | null];
        if (name === "write" && !WRITES.has(table?.name)) return change(...given);
        // Dead is dead: nothing that comes after it is done either.
        if (++this.count >= this.#nth) return Promise.reject(new Error(KILLED));
        return change(...given);
      };
    }
    return watched;
  }
}

async function moveUntil(killer: Killer, from: MovePlace, to: MovePlace): Promise<"moved" | "killed"> {
  const [left, arrived] = [await from.openTransfer({ mustExist: true }), await to.openTransfer()];
  try {
    const both = { from: killer.watch(left), to: killer.watch(arrived) };
    await moveInstallation({ ...both, newId: `move_${killer.count}`, leaseMs: LEASE_MS });
    return "moved";
  } catch (error) {
    if (error instanceof Error && error.message === KILLED) return "killed";
    throw error;
  } finally {
    await left.close();
    await arrived.close();
  }
}

async function giveUp(from: MovePlace, to: MovePlace): Promise<void> {
  const [left, arrived] = [await from.openTransfer({ mustExist: true }), await to.openTransfer()];
  try {
    await abortMove(left, arrived);
  } finally {
    await left.close();
    await arrived.close();
  }
}

/** `started`, if there is an installation that is as it shall be; else the code with which it refuses. */
async function startOn(place: MovePlace, check: (store: Store) => Promise<void>): Promise<string> {
  let store: Store;
  try {
    store = await place.openStore();
  } catch (error) {
    return (error as { code: string }).code;
  }
  try {
    await check(store);
    return "started";
  } finally {
    await store.close();
  }
}

const ROUTES: readonly (readonly [PlaceKind, PlaceKind])[] = [
  ["sqlite", "postgres"],
  ["postgres", "sqlite"],
  ["sqlite", "sqlite"],
];

/** What became of the source at each moment. */
type Fates = Record<"live" | "leaving" | "left", number>;

const FATES: Record<string, keyof Fates> = { started: "live", store_moving: "leaving", store_moved: "left" };

function fateOf(source: string): keyof Fates {
  const fate = FATES[source];
  if (fate === undefined) throw new Error(`Cannot go on: the source refuses with ${source}`);
  return fate;
}

interface Trial {
  from: MovePlace;
  to: MovePlace;
  /** Whether each move that was begun is given up, so that the next one begins anew; else it is gone on with. */
  givesUp: boolean;
  check(store: Store): Promise<void>;
}

/** Kills a move before its first change, its second one, and so on, until one is not killed any more. */
async function killAtEach({ from, to, givesUp, check }: Trial): Promise<Fates> {
  const fates: Fates = { live: 0, leaving: 0, left: 0 };
  const isEmpty = async (store: Store): Promise<void> =>
    expect(await store.counts()).toMatchObject({ reminders: { active: 0, finished: 0 } });
  for (let nth = 1; (await moveUntil(new Killer(nth), from, to)) === "killed"; nth++) {
    const source = await startOn(from, check);
    const fate = fateOf(source);
    fates[fate] += 1;
    if (fate === "live") expect(["started", "store_moving"]).toContain(await startOn(to, isEmpty));
    else expect([fate, await startOn(to, isEmpty)]).toEqual([fate, "store_moving"]);
    if (fate !== "leaving" || !givesUp) continue;
    await giveUp(from, to);
    expect([await startOn(from, check), await startOn(to, isEmpty)]).toEqual(["started", "started"]);
  }
  return fates;
}

/** Each kill is followed by up to four starts. */
const WITHIN_MS = 90_000;

describe("moveInstallation() that is killed at any change", () => {
  for (const [source, target] of ROUTES) {
    for (const givesUp of [false, true]) {
      const then = givesUp ? "given up and begun anew" : "repeated";
      test(
        `leaves no two live copies from ${source} to ${target}, and can be ${then}`,
        () => killEverywhere(source, target, givesUp),
        WITHIN_MS,
      );
    }
  }
});

async function killEverywhere(source: PlaceKind, target: PlaceKind, givesUp: boolean): Promise<void> {
  let nowMs = Date.UTC(2025, 2, 1);
  await using from = await newPlace(source, () => nowMs);
  await using to = await newPlace(target, () => nowMs);
  const life = beginLife(await from.openStore(), nowMs);
  await live(life, seededRandom(), 30);
  await endLife(life);
  nowMs = life.nowMs();
  const asked = { tenantIds: ["tnt_a", "tnt_b"], receipts: life.receipts, nowMs };
  const before = await readEverything(life.store, asked);
  await life.store.close();
  const check = async (store: Store) => expect(await readEverything(store, asked)).toEqual(before);

  const fates = await killAtEach({ from, to, givesUp, check });
  expect([await startOn(from, check), await startOn(to, check)]).toEqual(["store_moved", "started"]);
  expect(fates.live).toBeGreaterThan(0);
  expect(fates.leaving).toBeGreaterThan(6);
  // One that is gone on with has less and less to do, and is not met by a kill so late.
  expect(fates.left).toBe(givesUp ? 1 : 0);
}
