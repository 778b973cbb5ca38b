import { randomBytes } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ensureCredentials } from "../config/credentials.ts";
import { ConfigHome } from "./test/config-home.ts";
import { type FakeServer, startFakeServer } from "./test/fake-server.ts";
import { run, TEST_KEY } from "./test/run.ts";

const LIST = "GET /v1/reminders?limit=20";
const EMPTY_PAGE = { status: 200, body: { items: [], nextCursor: null } };
const STORED_KEY = "s".repeat(32);
const OTHER_KEY = "o".repeat(32);
const REFUSAL = {
  status: 401,
  body: { status: 401, code: "unauthorized", detail: "Cannot read: no such key" },
};

let home: ConfigHome;
let server: FakeServer;
beforeEach(async () => {
  home = await ConfigHome.create();
  server = await startFakeServer({ [LIST]: EMPTY_PAGE });
});
afterEach(async () => {
  await server.close();
  await home[Symbol.asyncDispose]();
});

/** The key that came with the call, or what was said instead. */
async function keySent(argv: readonly string[], env: Record<string, string> = {}, folder = "/nonexistent") {
  const { err } = await run(["list", ...argv], { folder, env: { ...home.env, ...env } });
  return server.seen[0]?.headers.authorization?.replace("Bearer ", "") ?? err;
}

async function installation(): Promise<{ folder: string; key: string }> {
  const folder = join(home.folder, "work");
  const { adminKey } = await ensureCredentials({
    dataFolder: join(folder, "data"),
    adminKey: undefined,
    webhookSecrets: [],
    randomBytes,
  });
  return { folder, key: adminKey.value };
}

function store(current: string | undefined, servers: Record<string, string>): Promise<void> {
  const entries = Object.entries(servers).map(([name, url]) => [name, { url, key: STORED_KEY }]);
  return home.write({ ...(current && { current }), servers: Object.fromEntries(entries) });
}

describe("which server", () => {
  test("the stored one is called with its key when it is current", async () => {
    await store("work", { work: server.url });
    expect(await keySent([])).toBe(STORED_KEY);
  });

  test("the environment comes first when it names a server, or a key for the one of this machine", async () => {
    await store("work", { work: "http://belfry.invalid" });
    expect(await keySent([], { BELFRY_URL: server.url, BELFRY_KEY: TEST_KEY })).toBe(TEST_KEY);
    server.seen.length = 0;
    const { port } = new URL(server.url);
    expect(await keySent([], { BELFRY_PORT: port, BELFRY_KEY: TEST_KEY })).toBe(TEST_KEY);
  });

  test("--server comes before all when it is a name", async () => {
    await store(undefined, { work: server.url });
    const env = { BELFRY_URL: "http://belfry.invalid", BELFRY_KEY: TEST_KEY };
    expect(await keySent(["--server", "work"], env)).toBe(STORED_KEY);
  });

  test("--server may stand before the command when it is a URL", async () => {
    await store(undefined, { work: server.url });
    const { code } = await run(["--server", server.url, "list"], { env: home.env });
    expect(code).toBe(0);
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${STORED_KEY}`);
  });

  test("--server local is the server of this machine when another one is current", async () => {
    const { folder, key } = await installation();
    await store("work", { work: "http://belfry.invalid" });
    const { port } = new URL(server.url);
    const env = { BELFRY_URL: "http://belfry.invalid", BELFRY_KEY: TEST_KEY, BELFRY_PORT: port };
    expect(await keySent(["--server", "local"], env, folder)).toBe(key);
  });

  test.each([
    [["--server", "home"], 'no server is called "home"; allowed: work, local, or a URL'],
    [["--server", "ftp://x"], "it is neither http nor https; allowed: an http or https URL"],
    [["--key-file", "/nonexistent/key"], "there is no file /nonexistent/key"],
  ])("runCli() ends with 2 when it is called with %j", async (argv, part) => {
    await store("work", { work: server.url });
    const { code, err } = await run(["list", ...argv], { env: home.env });
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(server.seen).toEqual([]);
  });

  test("runCli() asks for BELFRY_URL when BELFRY_PORT is 0", async () => {
    const { code, err } = await run(["list"], { env: { BELFRY_PORT: "0" } });
    expect(code).toBe(2);
    expect(err).toContain("set BELFRY_URL");
  });
});

describe("which key", () => {
  test("the stored key is used for BELFRY_URL when it was stored for that URL", async () => {
    await store(undefined, { work: server.url });
    expect(await keySent([], { BELFRY_URL: server.url })).toBe(STORED_KEY);
  });

  test("--key-file comes before all when it is given", async () => {
    const path = join(home.folder, "key");
    await writeFile(path, `${OTHER_KEY}\n`, { mode: 0o600 });
    await store("work", { work: server.url });
    expect(await keySent(["--key-file", path])).toBe(OTHER_KEY);
  });

  test("no key leaves for a URL when it was stored for another, or is in BELFRY_KEY for another", async () => {
    await store("work", { work: "http://127.0.0.1:9" });
    const env = { BELFRY_URL: "http://127.0.0.1:9", BELFRY_KEY: TEST_KEY, BELFRY_ADMIN_KEY: TEST_KEY };
    expect(await keySent(["--server", server.url], env)).toContain(`no key is known for ${server.url}`);
    expect(server.seen.flatMap(({ headers }) => headers.authorization ?? [])).toEqual([]);
  });

  test("BELFRY_KEY stays here when the current server is elsewhere", async () => {
    await store("work", { work: server.url });
    const err = await keySent([], { BELFRY_KEY: TEST_KEY });
    // Whether a server of this machine answers there is not for a test to know.
    expect(err).toContain("http://127.0.0.1:8080 (BELFRY_KEY)");
    expect(server.seen).toEqual([]);
  });

  test.each([
    ["the working directory", false],
    ["where npm was called", true],
  ])("the key file of a local server is found when its data lies in %s", async (_name, isByNpm) => {
    const { folder, key } = await installation();
    const { port } = new URL(server.url);
    const env = { BELFRY_PORT: port, ...(isByNpm && { INIT_CWD: folder }) };
    expect(await keySent([], env, isByNpm ? "/nonexistent" : folder)).toBe(key);
  });

  test("the local key stays here when BELFRY_URL is another machine", async () => {
    const { folder } = await installation();
    const { code, err } = await run(["list"], { folder, env: { BELFRY_URL: "http://belfry.invalid" } });
    expect(code).toBe(3);
    expect(err).toContain("Cannot reach Belfry at http://belfry.invalid (BELFRY_URL): there is no such host");
  });
});

describe("what goes wrong", () => {
  test.each([
    ["a key is set", { BELFRY_KEY: TEST_KEY }],
    ["there is no key", {}],
  ])("runCli() ends with 3 and says what to do when nothing listens and %s", async (_name, env) => {
    await server.close();
    const { code, err } = await run(["list"], { env: { ...env, BELFRY_URL: server.url } });
    expect(code).toBe(3);
    expect(err).toBe(
      `Cannot reach Belfry at ${server.url} (BELFRY_URL): nothing listens there; start it with \`belfry start\`\n`,
    );
  });

  test("runCli() says where it looked for a key when the server is there and no key is", async () => {
    const { code, err } = await run(["list"], { env: { BELFRY_URL: server.url } });
    expect(code).toBe(2);
    expect(err).toContain(`no key is known for ${server.url} (BELFRY_URL)`);
    expect(err).toContain("there is no /nonexistent/data/admin.key");
    expect(err).toContain(`\`belfry login ${server.url}\` keeps one`);
  });

  test("runCli() says which server refused which key when one is refused", async () => {
    await server.close();
    server = await startFakeServer({ [LIST]: REFUSAL });
    await store("work", { work: server.url });
    const { code, err } = await run(["list"], { env: home.env });
    expect(code).toBe(1);
    expect(err).toBe(
      `Cannot list: the server at ${server.url} ("work" of ${home.path}) refused the key from "work" of ${home.path}; ` +
        `\`belfry login ${server.url}\` keeps the right one, \`belfry doctor\` shows which is used\n`,
    );
  });

  test("runCli() warns and goes on when a variable is no setting, and when others may read the config file", async () => {
    await store("work", { work: server.url });
    await chmod(home.path, 0o644);
    const { code, err } = await run(["list", "--json"], { env: { ...home.env, BELFRY_PROT: "1" } });
    expect(code).toBe(0);
    expect(err).toContain("Warning: BELFRY_PROT: there is no such setting. Did you mean BELFRY_PORT?\n");
    expect(err).toContain(`Warning: ${home.path} is open to other users of this machine (mode 644)`);
  });

  test("runCli() ends with 2 and shows no key when the config file is wrong", async () => {
    await home.write({ current: "home", servers: { work: { url: "x", key: "short-secret" } } });
    const { code, err } = await run(["list"], { env: home.env });
    expect(code).toBe(2);
    expect(err).toContain(`Cannot use ${home.path}: 3 wrong`);
    expect(err).not.toContain("short-secret");
  });
});
