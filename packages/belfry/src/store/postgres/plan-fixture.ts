import type pg from "pg";
import type { Statement } from "./statement.ts";

/** What a plan reads of a table. */
export interface Scan {
  table: string;
  /** Null: all of it. */
  index: string | null;
  /** What bounds it within the index; empty: nothing does. */
  cond: string;
  /** Whether it ends once enough was found. */
  isLimited: boolean;
}

/** A node of EXPLAIN's JSON. */
interface PlanNode {
  "Node Type": string;
  "Parent Relationship"?: string;
  "Relation Name"?: string;
  "Index Name"?: string;
  "Index Cond"?: string;
  "TID Cond"?: string;
  Plans?: PlanNode[];
}

/** Indexes of a schema: those of partitions lead to those of their tables. */
export interface Indexes {
  parents: ReadonlyMap<string, string>;
  /** The column that comes first in each. */
  leading: ReadonlyMap<string, string>;
}

/** What needs all that lies below before it gives the first row. */
const NEEDS_ALL = /^(Sort|Aggregate|WindowAgg|Hash|Materialize|ModifyTable|LockRows)$/;

export async function readIndexes(client: pg.Client): Promise<Indexes> {
  const { rows } = await client.query<{ name: string; parent: string | null; leading: string }>(
    `SELECT c.relname AS name, p.relname AS parent, a.attname AS leading FROM pg_index x
     JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
     LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
     WHERE c.relnamespace = current_schema()::regnamespace`,
  );
  return {
    parents: new Map(rows.map(({ name, parent }) => [name, parent ?? name])),
    leading: new Map(rows.map(({ name, leading }) => [name, leading])),
  };
}

/** The scans of the plan that a connection keeps for a statement, whatever its values will be. */
export async function explain(
  client: pg.Client,
  { name, text }: Statement,
  { parents }: Indexes,
): Promise<Scan[]> {
  await client.query(`PREPARE "${name}" AS ${text}`);
  const { rows } = await client.query<{ n: number }>(
    "SELECT coalesce(array_length(parameter_types, 1), 0) AS n FROM pg_prepared_statements WHERE name = $1",
    [name],
  );
  const values = Array.from({ length: rows[0]?.n ?? 0 }, () => "NULL").join(", ");
  const explained = await client.query<{ "QUERY PLAN": { Plan: PlanNode }[] }>(
    `EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE "${name}"${values && `(${values})`}`,
  );
  await client.query(`DEALLOCATE "${name}"`);
  const plan = explained.rows[0]?.["QUERY PLAN"][0]?.Plan;
  if (!plan) throw new Error(`Cannot explain ${name}`);
  return scansIn(plan, parents, false);
}

function scansIn(node: PlanNode, parents: Indexes["parents"], isLimited: boolean): Scan[] {
  const type = node["Node Type"];
  // What stands apart is run to its end, but for a limit of its own.
  const isApart = /InitPlan|SubPlan/.test(node["Parent Relationship"] ?? "");
  const isLimitedAbove = isLimited && !isApart;
  const isLimitedHere = type === "Limit" || (isLimitedAbove && !NEEDS_ALL.test(type));
  const below = (node.Plans ?? []).flatMap((child) => scansIn(child, parents, isLimitedHere));
  const table = node["Relation Name"];
  if (table === undefined || !type.endsWith("Scan")) return below;
  const index = node["Index Name"];
  const scan: Scan = {
    table: table.replace(/_\d{8}$/, ""),
    index: index === undefined ? null : (parents.get(index) ?? index),
    cond: node["Index Cond"] ?? node["TID Cond"] ?? "",
    isLimited: isLimitedAbove,
  };
  return [scan, ...below];
}
