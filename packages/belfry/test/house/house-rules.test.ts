import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, readSources, SOURCE } from "./source-files.ts";

const LONGEST_FILE = 400;
const BUCKETS = /(^|\/)(utils?|helpers?|types|common|misc|shared)(\.|\/)/;

const files = [
  ...readSources(SOURCE).map((file) => ({ ...file, path: `packages/belfry/src/${file.path}` })),
  ...readSources(join(ROOT, "packages/belfry/test")).map((file) => ({
    ...file,
    path: `packages/belfry/test/${file.path}`,
  })),
  ...readSources(join(ROOT, "bench")).map((file) => ({ ...file, path: `bench/${file.path}` })),
  ...readSources(join(ROOT, "examples")).map((file) => ({ ...file, path: `examples/${file.path}` })),
];

describe("the house", () => {
  test("has no file over 400 lines", () => {
    const long = files.filter((file) => file.text.split("\n").length > LONGEST_FILE);
    expect(long.map((file) => file.path)).toEqual([]);
  });

  test("has no bucket of odds and ends", () => {
    expect(files.filter((file) => BUCKETS.test(file.path)).map((file) => file.path)).toEqual([]);
  });

  test("skips and focuses no test, and silences no check", () => {
    const silencers =
      /\b(test|it|describe)\.(only|todo|skip)\b|@ts-(ignore|expect-error|nocheck)|biome-ignore/;
    const own = "house/house-rules.test.ts";
    const silent = files.filter((file) => !file.path.endsWith(own) && silencers.test(file.text));
    expect(silent.map((file) => file.path)).toEqual([]);
  });
});
