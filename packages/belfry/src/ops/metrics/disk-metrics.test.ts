import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "@prometheus-io/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDiskReading } from "./disk-metrics.ts";
import { readExposition } from "./exposition-fixture.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-disk-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function valuesOf(registry: Registry, name: string): Promise<number[]> {
  const family = readExposition(await registry.metrics()).get(name);
  return (family?.samples ?? []).map(({ value }) => value);
}

describe("createDiskReading()", () => {
  test("createDiskReading() tells the size of the files and what the disk has left", async () => {
    const registry = new Registry();
    const path = join(folder, "belfry.db");
    writeFileSync(path, "x".repeat(100));
    const reading = createDiskReading(registry, path);
    await reading.read();
    expect(await valuesOf(registry, "belfry_store_size_bytes")).toEqual([100, 0]);
    writeFileSync(`${path}-wal`, "x".repeat(50));
    await reading.read();
    expect(await valuesOf(registry, "belfry_store_size_bytes")).toEqual([100, 50]);
    const [free = 0] = await valuesOf(registry, "belfry_store_disk_free_bytes");
    const [size = 0] = await valuesOf(registry, "belfry_store_disk_size_bytes");
    expect(free).toBeGreaterThan(0);
    expect(size).toBeGreaterThanOrEqual(free);
  });

  test("createDiskReading() has nothing to tell of a file that is gone", async () => {
    const registry = new Registry();
    const reading = createDiskReading(registry, join(folder, "none", "belfry.db"));
    await expect(reading.read()).rejects.toThrow();
    reading.forget();
    expect(await valuesOf(registry, "belfry_store_size_bytes")).toEqual([]);
    expect(await valuesOf(registry, "belfry_store_disk_free_bytes")).toEqual([]);
  });
});
