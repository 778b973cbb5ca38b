import { describe, expect, test } from "vitest";
import { isInPartition, SHARDS, shardOf } from "./partition.ts";

const OWNERS = Array.from({ length: 20_000 }, (_, i) => `rem_06eadcew01wz5dezewa9q${i.toString(32)}`);

describe("shardOf()", () => {
  test("never changes from one version of Belfry to the next", () => {
    expect(["rem_1", "rcp_1", ""].map(shardOf)).toEqual([2725, 4234, 8188]);
  });

  test("spreads owners evenly over the partitions", () => {
    for (const of of [2, 3, 8]) {
      const counts = new Array<number>(of).fill(0);
      for (const owner of OWNERS) counts[shardOf(owner) % of] = (counts[shardOf(owner) % of] ?? 0) + 1;
      const fair = OWNERS.length / of;
      expect(Math.max(...counts.map((n) => Math.abs(n - fair)))).toBeLessThan(fair / 10);
    }
    expect(OWNERS.map(shardOf).every((shard) => shard >= 0 && shard < SHARDS)).toBe(true);
  });
});

test("isInPartition() puts each shard into exactly one partition", () => {
  for (let shard = 0; shard < 100; shard++) {
    const holding = [1, 2, 3].filter((index) => isInPartition(shard, { index, of: 3 }));
    expect(holding).toHaveLength(1);
  }
});
