import { StoreError } from "../../domain/errors.ts";
import type { Worker } from "../../domain/worker.ts";
import { lockClass } from "./advisory.ts";
import { GONE_AFTER_MS, isThere } from "./attending.ts";
import type { Queryable, Row } from "./database.ts";
import { readTime } from "./opening.ts";
import { integer, json, text, whole } from "./rows.ts";
import { statement } from "./statement.ts";

/** One that was killed a moment ago is waited for, until it is known to be gone. */
const PATIENCE_MS = 2_000;
const LOOKS_EVERY_MS = 250;
/** How many are named in a message. */
const MOST_NAMED = 3;

const LIVE = statement(
  "live_workers",
  `SELECT id, roles, host, pid FROM workers w WHERE ${isThere("$1", "$2")} ORDER BY started_at, id`,
);

/** @throws StoreError `store_in_use` if processes work on the schema, or could go on with it, naming them */
export async function refuseLive(
  database: Queryable,
  { schema, place }: { schema: string; place: string },
): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const goneBeforeMs = whole(await readTime(database)) - GONE_AFTER_MS;
    const live = await database.run(LIVE, [lockClass(schema, "worker"), goneBeforeMs]);
    if (live.length === 0) return;
    if (performance.now() > deadlineMs) throw inUse(live, place);
    await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY_MS));
  }
}

function inUse(live: readonly Row[], place: string): StoreError {
  const names = live.slice(0, MOST_NAMED).map(nameOf);
  if (live.length > MOST_NAMED) names.push(`${live.length - MOST_NAMED} more`);
  const who = live.length === 1 ? "a Belfry works" : `${live.length} processes of Belfry work`;
  const advice = `${who} on it; stop first: ${names.join(", ")}`;
  return new StoreError("store_in_use", `Cannot move ${place}: ${advice}`);
}

function nameOf(row: Row): string {
  const roles = json<Worker["roles"]>(row, "roles").join(" and ");
  return `${roles} ${text(row, "id")} on ${text(row, "host")}, process ${integer(row, "pid")}`;
}
