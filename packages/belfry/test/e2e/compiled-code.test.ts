import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BelfryProcess } from "./belfry-process.ts";

/** All that a start loads, and more than the command line alone does. */
const MODULES = 400;

test("belfry start keeps what Node has made of its sources, also when it is killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "belfry-compiled-"));
  try {
    await using belfry = await BelfryProcess.start({ NODE_COMPILE_CACHE: folder });
    await belfry.kill("SIGKILL");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.length).toBeGreaterThan(MODULES);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
