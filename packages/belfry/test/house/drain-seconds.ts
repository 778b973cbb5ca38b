import { join } from "node:path";
import { readSources, SOURCE } from "./source-files.ts";

/** How long Belfry takes at most to end, as the roles have it. */
export function drainSeconds(): number {
  const found = readSources(join(SOURCE, "roles")).flatMap(({ text }) => [
    ...text.matchAll(/\bENDS_WITHIN_MS = ([\d_]+);/g),
  ]);
  return Number(found[0]?.[1]?.replaceAll("_", "")) / 1000;
}
