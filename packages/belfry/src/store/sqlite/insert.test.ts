import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createInsert } from "./insert.ts";

test.for([0, 1, 15, 16, 17, 40])("createInsert() inserts %i rows in their order", (count) => {
  using db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE things (name TEXT NOT NULL, size INTEGER) STRICT");
  const rows = Array.from({ length: count }, (_, i) => [`thing ${i}`, i % 3 === 0 ? null : i]);
  createInsert(db, "things", "name, size")(rows);
  const found = db.prepare("SELECT name, size FROM things ORDER BY rowid").all();
  expect(found.map((row) => [row.name, row.size])).toEqual(rows);
});
