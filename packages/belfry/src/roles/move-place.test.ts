import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readMovePlace } from "./move-place.ts";

const URL = "postgres://me:secret@db.example.com/belfry";
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "belfry-place-"));
  writeFileSync(join(folder, "url"), `${URL}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string, schema?: string, env = {}) {
  return readMovePlace({ option: "--to", text, schema }, env);
}

describe("readMovePlace()", () => {
  test("takes a path for a data folder", () => {
    expect(read("/var/lib/belfry")).toMatchObject({ kind: "folder", path: "/var/lib/belfry" });
    expect(read("data")).toMatchObject({ kind: "folder", path: join(process.cwd(), "data") });
    expect(read("./env")).toMatchObject({ kind: "folder", path: join(process.cwd(), "env") });
  });

  test("takes a URL, the one of the environment, and one in a file", () => {
    const env = { BELFRY_DATABASE_URL: URL, BELFRY_DATABASE_SCHEMA: "other" };
    expect(read(URL, undefined, env)).toMatchObject({ kind: "database", url: URL, schema: "belfry" });
    expect(read(URL, "mine", env)).toMatchObject({ kind: "database", url: URL, schema: "mine" });
    expect(read("env", undefined, env)).toMatchObject({ kind: "database", url: URL, schema: "other" });
    expect(read("env", "mine", env)).toMatchObject({ kind: "database", url: URL, schema: "mine" });
    expect(read(`@${folder}/url`)).toMatchObject({ kind: "database", url: URL, schema: "belfry" });
  });

  test.each([
    ["env", undefined, /^Cannot use BELFRY_DATABASE_URL: it is empty/],
    ["postgres://me:secret@db.example.com", undefined, /^Cannot use --to: it names no database/],
    ["http://me:secret@db.example.com/b", undefined, /^Cannot use --to: it does not begin with postgres/],
    ["@/nonexistent", undefined, /^Cannot use --to: the file cannot be read/],
    ["./data", "mine", /^Cannot use --to-schema: --to is a folder/],
    [URL, "No Such", /^Cannot use --to-schema: it is no such name/],
  ])("refuses %s with schema %s, and shows no password", (text, schema, message) => {
    expect(() => read(text, schema)).toThrow(message);
    expect(() => read(text, schema)).toThrow(/^(?!.*secret)/s);
  });
});
