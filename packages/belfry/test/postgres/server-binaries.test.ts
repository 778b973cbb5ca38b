import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CHOICE, findServerBinaries } from "../../../../tools/postgres/server-binaries.mjs";

let root: string;
let debian: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "belfry-binaries-"));
  debian = join(root, "debian");
  for (const major of ["9.6", "13", "14", "100"]) putServer(join(debian, major, "bin"), `${major}.2`);
});

afterAll(() => rmSync(root, { recursive: true }));

function putServer(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "postgres"), `#!/bin/sh\necho "postgres (PostgreSQL) ${version} (Debian)"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(folder, "initdb"), "", { mode: 0o755 });
  return folder;
}

/** An environment in which no other server is found. */
const withPath = (path: string): Record<string, string> => ({ PATH: path, [CHOICE]: "system" });

test("findServerBinaries() takes Debian's newest when the path has none", () => {
  expect(findServerBinaries({ env: withPath("/nowhere"), debian })).toEqual({
    folder: join(debian, "100/bin"),
    version: "100.2",
    major: 100,
    origin: "system",
  });
});

test("findServerBinaries() takes those on the path first, and follows links to where initdb is", () => {
  const folder = putServer(join(root, "17/bin"), "17beta1");
  const linked = join(root, "linked");
  mkdirSync(linked);
  symlinkSync(join(folder, "postgres"), join(linked, "postgres"));
  const found = findServerBinaries({ env: withPath(`/nowhere:${linked}`), debian });
  expect(found).toEqual({ folder, version: "17beta1", major: 17, origin: "system" });
});

test("findServerBinaries() asks pg_config", () => {
  const folder = putServer(join(root, "16/bin"), "16.1");
  const path = join(root, "configured");
  mkdirSync(path);
  writeFileSync(join(path, "pg_config"), `#!/bin/sh\necho ${folder}\n`, { mode: 0o755 });
  expect(findServerBinaries({ env: withPath(path), debian })?.folder).toBe(folder);
});

test("findServerBinaries() passes over what is too old or cannot make a data folder", () => {
  const old = putServer(join(root, "old"), "13.9");
  const partial = putServer(join(root, "partial"), "18.1");
  rmSync(join(partial, "initdb"));
  const env = withPath(`${old}:${partial}`);
  expect(findServerBinaries({ env, debian })?.major).toBe(100);
  expect(findServerBinaries({ env, debian: join(root, "none") })).toBeNull();
});

test("findServerBinaries() takes the folder that the environment names, and no other", () => {
  const folder = putServer(join(root, "chosen"), "14.0");
  expect(findServerBinaries({ env: { [CHOICE]: folder }, debian })).toMatchObject({
    folder,
    origin: "chosen",
  });
  expect(findServerBinaries({ env: { [CHOICE]: join(root, "none") }, debian })).toBeNull();
});
