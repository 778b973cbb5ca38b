import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES, type Role } from "../../src/domain/worker.ts";
import { createDatabase, type TestDatabase } from "../postgres/shared-postgres.ts";
import { BelfryProcess } from "./belfry-process.ts";

/** Writes a line for each module that is loaded. */
const LIST_MODULES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from "node:module";
  registerHooks({ load: (url, context, next) => { process.stderr.write(url + "\\n"); return next(url, context); } });
`)}`;

/** What only requests to the API take. */
const OF_REQUESTS = ["zod", "libphonenumber-js", "validator"];

let database: TestDatabase;
const modules = new Map<Role, string[]>();

async function modulesOf(role: Role): Promise<string[]> {
  const settings = {
    BELFRY_DATABASE_URL: database.url,
    BELFRY_ADMIN_KEY: "the-key-of-all-roles-0123456789abcdef",
  };
  await using server = await BelfryProcess.start(settings, { args: [role], imports: [LIST_MODULES] });
  return server.complaints.split("\n");
}

function packagesOf(role: Role): string[] {
  const names = (modules.get(role) ?? []).map(
    (url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1],
  );
  return [...new Set(names)].filter((name) => name !== undefined);
}

beforeAll(async () => {
  database = await createDatabase();
  for (const role of ROLES) modules.set(role, await modulesOf(role));
});

afterAll(() => database?.drop());

test("an API loads what reads requests", () => {
  expect(packagesOf("api")).toEqual(expect.arrayContaining(["pg", "undici", ...OF_REQUESTS]));
});

test.each(["worker", "scheduler"] as const)("a %s loads nothing of it", (role) => {
  expect(packagesOf(role)).toEqual(expect.arrayContaining(["pg", "undici"]));
  expect(packagesOf(role).filter((name) => OF_REQUESTS.includes(name))).toEqual([]);
});

test("a worker loads of undici what sends, and not fetch, WebSocket or the caches", () => {
  const files = (modules.get("worker") ?? []).filter((url) => url.includes("/node_modules/undici/"));
  expect(files.some((url) => url.endsWith("/lib/dispatcher/agent.js"))).toBe(true);
  expect(files.filter((url) => /\/lib\/(web|cache|mock)\/|\/undici\/index\.js/.test(url))).toEqual([]);
});
