import type { Row } from "./database.ts";
import { text } from "./rows.ts";
import { statement } from "./statement.ts";

/** What the user of the connection may not do with Belfry's tables, a row each: `DELETE` and `deliveries`. */
export const MISSING_RIGHTS = statement(
  "missing_rights",
  `SELECT r AS right_, c.relname AS table_ FROM pg_class c CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r
   WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     AND c.relname <> 'migrations' AND NOT has_table_privilege(c.oid, r) ORDER BY c.relname, r`,
);

/** Null if nothing is missing. */
export function missingInWords(rows: readonly Row[]): string | null {
  const [first] = rows;
  if (!first) return null;
  const more = rows.length > 1 ? `, and ${rows.length - 1} more` : "";
  return `has no right to ${text(first, "right_")} in the table ${text(first, "table_")}${more}`;
}

/** How to come by the rights that are missing. */
export const GRANTING = "let the owner of the schema grant them, as deploy/postgres/roles.sql does";
