import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RoleRunners } from "../cli/context.ts";
import { runInspect } from "./inspect.ts";

/** The launcher is JavaScript, so that this alone holds the role to what the command line expects. */
const inspect: RoleRunners["inspect"] = runInspect;

test("runInspect() says nothing of a folder that is not used, nor of a database whose address is wrong", async () => {
  const env = { BELFRY_DATABASE_URL: "mysql://u:s3cret@db.test/belfry" };
  expect(await inspect(tmpdir(), env)).toEqual([]);
  const [finding, ...others] = await inspect(tmpdir(), {
    BELFRY_DATABASE_URL: "postgres://u:s3cret@127.0.0.1:9/belfry",
  });
  expect(finding).toMatchObject({ check: "database", status: "fail" });
  expect(others).toEqual([]);
});

test("runInspect() looks at the folder, then at the store, and makes neither", async () => {
  const folder = await mkdtemp(join(tmpdir(), "belfry-role-"));
  const there = await inspect(folder, {});
  const absent = await inspect(join(folder, "data"), {});
  await rm(folder, { recursive: true });
  expect(there.map(({ check }) => check)).toEqual(["data", "privacy", "disk", "lock", "store"]);
  expect(absent.map(({ check }) => check)).toEqual(["data"]);
});
