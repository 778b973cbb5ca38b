import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** How many rows of each table a stopped server has left, and how many pages of the file are free. */
export function remainsOf(folder: string): Record<string, number> {
  using db = new DatabaseSync(join(folder, "belfry.db"), { readOnly: true });
  const tables = db.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
  );
  const rows = tables.all().map(({ name }) => {
    const counted = db.prepare(`SELECT count(*) AS n FROM "${String(name)}"`).get();
    return [String(name), Number(counted?.n)] as const;
  });
  const pages = Number(db.prepare("PRAGMA page_count").get()?.page_count);
  const free = Number(db.prepare("PRAGMA freelist_count").get()?.freelist_count);
  return { ...Object.fromEntries(rows), "pages of the file": pages, "of them free": free };
}
