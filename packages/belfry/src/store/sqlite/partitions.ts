import type { DatabaseSync } from "node:sqlite";
import { isInPartition, shardOf } from "../../domain/partition.ts";

/** Makes `in_partition(owner, index, of)` known to SQL. */
export function definePartitions(db: DatabaseSync): void {
  db.function("in_partition", { deterministic: true }, (owner, index, of) =>
    Number(isInPartition(shardOf(String(owner)), { index: Number(index), of: Number(of) })),
  );
}

/**
 * SQL for whether a reminder is in a share of the work.
 *
 * @param reminder the name by which its table is known
 */
export function inPartition(reminder: string, index: string, of: string): string {
  return `in_partition(coalesce(${reminder}.recipient_id, ${reminder}.id), ${index}, ${of})`;
}
