import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigHome } from "../test/config-home.ts";
import { type FakeAnswer, type FakeServer, startFakeServer } from "../test/fake-server.ts";
import { type CliRun, run, TEST_KEY } from "../test/run.ts";

const CURRENT = "GET /v1/keys/current";
const PROBE = "GET /v1/reminders?limit=1";
const KEY = {
  id: "key_1",
  name: "laptop",
  scopes: ["read", "write"],
  tenant: { id: "tnt_acme", name: "Acme", timeZone: "UTC" },
  isOperator: false,
  expiresAt: null,
};
const REFUSED = {
  status: 401,
  body: { status: 401, code: "unauthorized", detail: "Cannot read: no such key" },
};

let home: ConfigHome;
let server: FakeServer;
beforeEach(async () => {
  home = await ConfigHome.create();
  server = await startFakeServer({});
});
afterEach(async () => {
  await server.close();
  await home[Symbol.asyncDispose]();
});

async function serve(answers: Record<string, FakeAnswer>): Promise<void> {
  await server.close();
  server = await startFakeServer(answers);
}

function login(
  argv: readonly string[],
  typed = `${TEST_KEY}\n`,
  env: Record<string, string> = {},
): Promise<CliRun> {
  return run(["login", ...argv], { env: { ...home.env, ...env }, stdin: Readable.from([typed]) });
}

describe("belfry login", () => {
  test("login tries the key, says whose it is and stores it for its owner alone when it is accepted", async () => {
    await serve({ [CURRENT]: { status: 200, body: KEY } });
    const { code, out } = await login([`${server.url}/`]);
    expect(code).toBe(0);
    expect(out).toBe(
      `Logged in to ${server.url} as "laptop" (key_1) of tenant Acme, which may read, write.\n` +
        `Stored as "default" in ${home.path}; commands use it from now on.\n`,
    );
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${TEST_KEY}`);
    expect(await home.read()).toEqual({
      current: "default",
      servers: { default: { url: server.url, key: TEST_KEY } },
    });
    expect(await home.modes()).toEqual(["600", "700"]);
  });

  test.each([
    ["lists reminders", { status: 200, body: { items: [], nextCursor: null } }],
    [
      "forbids listing reminders",
      { status: 403, body: { status: 403, code: "forbidden", detail: "Cannot read" } },
    ],
  ])("login stores the key when the server is too old to tell whose it is and %s", async (_name, answer) => {
    await serve({ [PROBE]: answer });
    const { code, out } = await login([server.url, "--name", "work"]);
    expect(code).toBe(0);
    expect(out).toContain(`Logged in to ${server.url}.\n`);
    expect(await home.read()).toMatchObject({ current: "work" });
  });

  test("login keeps the other servers and renews the key when it is called again", async () => {
    await serve({ [CURRENT]: { status: 200, body: KEY } });
    const other = { url: "https://belfry.example.com", key: "o".repeat(32) };
    await home.write({ servers: { other, default: { url: server.url, key: "d".repeat(32) } } });
    expect(await login([server.url])).toMatchObject({ code: 0 });
    expect(await home.read()).toEqual({
      current: "default",
      servers: { other, default: { url: server.url, key: TEST_KEY } },
    });
  });

  test("login refuses to put another server under a name when it is taken", async () => {
    await serve({ [CURRENT]: { status: 200, body: KEY } });
    const before = { servers: { default: { url: "https://belfry.example.com", key: "o".repeat(32) } } };
    await home.write(before);
    const { code, err } = await login([server.url]);
    expect(code).toBe(2);
    expect(err).toContain('"default" is https://belfry.example.com already; give another --name');
    expect(await home.read()).toEqual(before);
  });

  test("login stores nothing and ends with 1 when the server refuses the key", async () => {
    await serve({ [CURRENT]: REFUSED });
    const { code, err } = await login([server.url]);
    expect(code).toBe(1);
    expect(err).toBe(`Cannot log in: the server at ${server.url} refused this key; nothing was stored\n`);
    await expect(home.read()).rejects.toThrow("ENOENT");
  });

  test.each([
    ["answers with a page", { [CURRENT]: { status: 200, body: "<html>" } }],
    ["knows none of it", { [PROBE]: { status: 404, body: "<html>" } }],
  ])(
    "login stores nothing and ends with 1 when what is there is no Belfry and %s",
    async (_name, answers) => {
      await serve(answers);
      expect(await login([server.url])).toMatchObject({ code: 1 });
      await expect(home.read()).rejects.toThrow("ENOENT");
    },
  );

  test("login ends with 3 when nobody is there", async () => {
    await server.close();
    const { code, err } = await login([server.url]);
    expect(code).toBe(3);
    expect(err).toContain(`Cannot reach Belfry at ${server.url} (as given): nothing listens there`);
  });

  test.each([
    [["http://belfry.example.com"], "is not encrypted, so whoever is on the way can read the key; use https"],
    [
      ["belfry.example.com"],
      '"belfry.example.com" is no address: it is not a URL; allowed: an http or https',
    ],
    [["https://me:secret@belfry.example.com"], "it has credentials"],
    [["https://belfry.example.com", "--name", "Work"], '--name "Work" is no name; allowed: 1 to 63'],
    [["https://belfry.example.com", "--name", "local"], 'not "local"'],
  ])("login ends with 2 and asks for no key when called as %j", async (argv, part) => {
    const { code, err } = await login(argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
    await expect(home.read()).rejects.toThrow("ENOENT");
  });

  test.each([
    ["", "no key was given"],
    ["too-short\n", "this is no key: it is too short; allowed: 32 to 512"],
  ])("login ends with 2 and shows no key when %j is typed", async (typed, part) => {
    const { code, err } = await login([server.url], typed);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(err).not.toContain("too-short");
    expect(server.seen).toEqual([]);
  });

  test("login allows http to another machine when told so", async () => {
    const { code, err } = await login(["http://belfry.invalid", "--insecure"]);
    expect(code).toBe(3);
    expect(err).toContain("there is no such host");
  });

  test("login says so when a variable will still come first", async () => {
    await serve({ [CURRENT]: { status: 200, body: KEY } });
    const { err } = await login([server.url], undefined, { BELFRY_URL: "https://belfry.example.com" });
    expect(err).toBe("BELFRY_URL is set and comes first; --server stands above that.\n");
  });

  test("login asks for a home when nobody knows where the file belongs", async () => {
    const { code, err } = await run(["login", server.url], { stdin: Readable.from([TEST_KEY]) });
    expect(code).toBe(2);
    expect(err).toContain("set HOME or XDG_CONFIG_HOME");
  });
});
