import { stat, statfs } from "node:fs/promises";
import { Gauge, type Registry } from "@prometheus-io/client";
import type { Reading } from "./reading.ts";

/** The files of the store, by what they are: SQLite keeps what is newest in a log beside the database. */
const SUFFIXES = { database: "", log: "-wal" } as const;

/**
 * How much disk the store takes, and how much there is.
 *
 * @param path the database file
 */
export function createDiskReading(registry: Registry, path: string): Reading {
  const registers = [registry];
  const size = new Gauge({
    name: "belfry_store_size_bytes",
    help: "The size of the store's files: the database, and the log of what is not yet in it.",
    labelNames: ["file"],
    registers,
  });
  const free = new Gauge({
    name: "belfry_store_disk_free_bytes",
    help: "What this process may still write on the disk of the store.",
    registers,
  });
  const total = new Gauge({
    name: "belfry_store_disk_size_bytes",
    help: "The size of the disk of the store.",
    registers,
  });
  return {
    what: "the disk of the store",
    read: async () => {
      const disk = await statfs(path);
      for (const [file, suffix] of Object.entries(SUFFIXES))
        size.set({ file }, await sizeOf(`${path}${suffix}`));
      free.set(disk.bavail * disk.bsize);
      total.set(disk.blocks * disk.bsize);
    },
    forget: () => {
      size.reset();
      free.remove();
      total.remove();
    },
  };
}

/** The log is not there while nobody has written. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}
