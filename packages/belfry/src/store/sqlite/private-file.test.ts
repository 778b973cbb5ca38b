import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makePrivateFile } from "./private-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-private-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("makePrivateFile() makes a file for its owner alone when there is none", () => {
  const path = join(folder, "belfry.db");
  makePrivateFile(path);
  expect(statSync(path)).toMatchObject({ size: 0 });
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("makePrivateFile() leaves a file as it is when there is one, and a folder that is not there", () => {
  const path = join(folder, "belfry.db");
  writeFileSync(path, "kept", { mode: 0o640 });
  makePrivateFile(path);
  expect(statSync(path)).toMatchObject({ size: 4 });
  makePrivateFile(join(folder, "missing", "belfry.db"));
});
