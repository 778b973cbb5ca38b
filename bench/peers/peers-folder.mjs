// Where the peers are installed. It must run on whatever Node the machine has.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Holds their manifest and their lock file. */
export const peersSource = fileURLToPath(new URL("install", import.meta.url));

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/belfry-peers", import.meta.url));

/** One folder for each state of the lock file; it is complete if it exists. */
export function peersFolder() {
  const lock = readFileSync(join(peersSource, "package-lock.json"));
  return join(CACHE, createHash("sha256").update(lock).digest("hex").slice(0, 16));
}
