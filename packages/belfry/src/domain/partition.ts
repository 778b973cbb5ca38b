/** A share of the work: the `index`-th of `of`, counted from 1. */
export interface Partition {
  index: number;
  of: number;
}

/** Shards there are: a partition is every `of`-th of them. */
export const SHARDS = 32_768;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/**
 * The shard of a recipient, or of a reminder that goes to a bare address: everything of one lies in one
 * shard, on every machine and for ever (32-bit FNV-1a, folded to 15 bits).
 */
export function shardOf(owner: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < owner.length; index++) {
    hash = Math.imul(hash ^ owner.charCodeAt(index), FNV_PRIME);
  }
  return ((hash >>> 15) ^ hash) & (SHARDS - 1);
}

/** Whether a shard is in a share of the work. */
export function isInPartition(shard: number, { index, of }: Partition): boolean {
  return shard % of === index - 1;
}
