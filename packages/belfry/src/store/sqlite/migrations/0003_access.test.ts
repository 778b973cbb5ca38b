import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createAccess } from "../access.ts";
import { MIGRATIONS, migrate } from "../migrate.ts";

test("tenants and keys of before are kept: named by their ids, never expiring, not known to be used", () => {
  using db = new DatabaseSync(":memory:");
  migrate(
    db,
    0,
    MIGRATIONS.filter(({ number }) => number < 3),
  );
  db.exec("INSERT INTO tenants (id, time_zone, created_at) VALUES ('tnt_1', 'Europe/Paris', 5)");
  db.exec("INSERT INTO api_keys VALUES ('tnt_1', 'key_1', 'first', 'h', '[\"admin\"]', 6)");
  migrate(db, 0);
  const { tenants, keys } = createAccess(db);
  expect(tenants.find("tnt_1")).toEqual({
    id: "tnt_1",
    name: "tnt_1",
    timeZone: "Europe/Paris",
    revision: 1,
    createdAtMs: 5,
    updatedAtMs: 5,
  });
  expect(keys.find("h")).toEqual({
    tenantId: "tnt_1",
    id: "key_1",
    name: "first",
    hash: "h",
    hint: null,
    scopes: ["admin"],
    createdAtMs: 6,
    expiresAtMs: null,
    lastUsedAtMs: null,
  });
});
