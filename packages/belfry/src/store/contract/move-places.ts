import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "../../../test/postgres/shared-postgres.ts";
import type { KeptSecrets } from "../../domain/kept-secrets.ts";
import { openPostgresStore } from "../postgres/store.ts";
import { openPostgresTransfer } from "../postgres/transfer.ts";
import { holdLock } from "../sqlite/lock.ts";
import { openSqliteStore } from "../sqlite/store.ts";
import { openSqliteTransfer } from "../sqlite/transfer.ts";
import type { Store } from "../store.ts";
import type { Transferable } from "../transfer.ts";

/** A place of a test's own in which an installation can live. */
export interface MovePlace extends AsyncDisposable {
  openStore(): Promise<Store>;
  openTransfer(options?: { mustExist?: boolean }): Promise<Transferable>;
}

export type PlaceKind = "sqlite" | "postgres";

/** @param nowMs when all takes place, for the store on SQLite, which has no clock of its own */
export function newPlace(kind: PlaceKind, nowMs: () => number): Promise<MovePlace> {
  return kind === "sqlite" ? newFolder(nowMs) : newDatabase();
}

async function newFolder(nowMs: () => number): Promise<MovePlace> {
  const folder = mkdtempSync(join(tmpdir(), "belfry-move-"));
  const path = join(folder, "belfry.db");
  const hold = () => holdLock(join(folder, "belfry.lock"));
  let secrets: KeptSecrets = { webhook: null, link: null, adminKey: null, adminKeyHash: null };
  return {
    openStore: async () => {
      const held = hold();
      try {
        const store = openSqliteStore({ path, nowMs: nowMs(), hold: held });
        const close = async (): Promise<void> => {
          await store.close();
          held.letGo();
        };
        return { ...store, close };
      } catch (error) {
        held.letGo();
        throw error;
      }
    },
    openTransfer: async () =>
      openSqliteTransfer({
        path,
        nowMs: nowMs(),
        hold: hold(),
        readSecrets: async () => secrets,
        writeSecrets: async (given) => {
          secrets = given;
        },
      }),
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true }),
  };
}

async function newDatabase(): Promise<MovePlace> {
  const database = await createDatabase();
  const connection = { url: database.url, schema: "belfry" };
  return {
    openStore: () =>
      openPostgresStore({
        ...connection,
        applicationName: "belfry test",
        graceMs: 0,
        poolSize: 5,
        notifyWithinMs: 3_000,
      }),
    openTransfer: ({ mustExist = false } = {}) => openPostgresTransfer({ ...connection, mustExist }),
    [Symbol.asyncDispose]: () => database.drop(),
  };
}
