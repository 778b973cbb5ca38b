import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VERSION } from "../../config/version.ts";
import type { Finding } from "../../domain/finding.ts";
import { ConfigHome } from "../test/config-home.ts";
import { type FakeAnswer, type FakeServer, startFakeServer } from "../test/fake-server.ts";
import { type CliRun, NOWHERE, run, TEST_KEY } from "../test/run.ts";

const OK = { status: 200, body: { status: "ok" } };
const KEY = {
  id: "key_1",
  name: "laptop",
  scopes: ["admin"],
  tenant: { id: "tnt_acme", name: "Acme", timeZone: "UTC" },
  isOperator: true,
  expiresAt: null as string | null,
};
const WELL: Record<string, FakeAnswer> = {
  "GET /healthz": OK,
  "GET /readyz": OK,
  "GET /": { status: 200, body: { name: "belfry", version: VERSION } },
  "GET /v1/keys/current": { status: 200, body: KEY },
};

let home: ConfigHome;
let server: FakeServer;
beforeEach(async () => {
  home = await ConfigHome.create();
});
afterEach(async () => {
  await server.close();
  await home[Symbol.asyncDispose]();
});

/** On a machine whose clock is right, with what its data folder is said to hold. */
async function examine(answers: Record<string, FakeAnswer>, folder: Finding[] = []) {
  server = await startFakeServer(answers);
  await home.write({ current: "work", servers: { work: { url: server.url, key: TEST_KEY } } });
  return call([], folder);
}

async function call(argv: readonly string[], folder: Finding[] = [], env: Record<string, string> = {}) {
  const overrides = {
    env: { ...home.env, ...env },
    roles: { ...NOWHERE.roles, inspect: async () => folder },
    now: Date.now,
  };
  const json: CliRun = await run(["doctor", ...argv, "--json"], overrides);
  const document = JSON.parse(json.out) as { checks: Finding[]; failed: number; warned: number };
  const named = (check: string): Finding | undefined => document.checks.find((one) => one.check === check);
  return { ...document, named, code: json.code, text: await run(["doctor", ...argv], overrides) };
}

describe("belfry doctor", () => {
  test("doctor ends with 0 and says whose the key is when all is well", async () => {
    const { code, checks, text } = await examine(WELL, [{ check: "disk", status: "ok", text: "9 GiB free" }]);
    expect(code).toBe(0);
    expect(checks.filter(({ status }) => status !== "ok")).toEqual([]);
    expect(text.out).toMatch(/^ok {4}node +Node \d/);
    expect(text.out).toMatch(/^ok {4}disk +9 GiB free$/m);
    expect(text.out).toMatch(
      /^ok {4}key .* is accepted: "laptop" \(key_1\) of tenant Acme, the operator, which may admin$/m,
    );
    expect(text.out).toMatch(/\nAll is well\.\n$/);
  });

  test("doctor ends with 1 and says what to do when something fails", async () => {
    const folder: Finding = { check: "disk", status: "fail", text: "9 MiB free", mend: "make room" };
    const { code, failed, text } = await examine(WELL, [folder]);
    expect(code).toBe(1);
    expect(failed).toBe(1);
    expect(text.err).toBe("");
    expect(text.out).toMatch(/^FAIL {2}disk +9 MiB free\n +-> make room$/m);
    expect(text.out).toMatch(/\n1 failed, 0 warnings\.\n$/);
  });

  test("doctor ends with 0 when it only warns", async () => {
    const answers = { ...WELL, "GET /": { status: 200, body: { name: "belfry", version: "9.9.9" } } };
    const { code, warned, named, text } = await examine(answers);
    expect({ code, warned }).toEqual({ code: 0, warned: 1 });
    expect(named("version")).toMatchObject({
      status: "warn",
      text: `the server is 9.9.9, this command line ${VERSION}`,
    });
    expect(text.out).toMatch(/\nIt works, with 1 warning\.\n$/);
  });

  test("doctor fails when the store of the server does not answer", async () => {
    const { named } = await examine({ ...WELL, "GET /readyz": { status: 503, body: {} } });
    expect(named("ready")).toMatchObject({ status: "fail" });
    expect(named("key")).toMatchObject({ status: "ok" });
  });

  test("doctor fails and names its source when the key is refused", async () => {
    const refused = { status: 401, body: { status: 401, code: "unauthorized", detail: "Cannot read" } };
    const { named } = await examine({ ...WELL, "GET /v1/keys/current": refused });
    expect(named("key")).toEqual({
      check: "key",
      status: "fail",
      text: `the server refuses "work" of ${home.path}`,
      mend: `\`belfry login ${server.url}\` keeps the right one`,
    });
  });

  test("doctor warns when the key ends soon", async () => {
    const expiresAt = new Date(Date.now() + 36 * 3_600_000).toISOString();
    const { named } = await examine({
      ...WELL,
      "GET /v1/keys/current": { status: 200, body: { ...KEY, expiresAt } },
    });
    expect(named("key")).toMatchObject({
      status: "warn",
      mend: expect.stringContaining("it ends in 2 days"),
    });
  });

  test("doctor fails when what answers is no Belfry", async () => {
    const { named } = await examine({});
    expect(named("server")).toMatchObject({ status: "fail", text: expect.stringContaining("answers 404") });
  });

  test("doctor fails when nobody is there, and when the server is not known", async () => {
    await examine(WELL);
    await server.close();
    const { named } = await call([]);
    expect(named("server")).toMatchObject({ status: "fail", mend: "start it with `belfry start`" });
    const unknown = await call(["--server", "nowhere"]);
    expect(unknown.named("server")?.text).toContain('no server is called "nowhere"');
  });

  test("doctor goes on with the rest when settings are wrong", async () => {
    await examine(WELL);
    const { code, named, checks } = await call([], [], { BELFRY_TICK: "soon" });
    expect(code).toBe(1);
    expect(named("settings")?.text).toContain('BELFRY_TICK = "soon"');
    expect(checks.at(-1)?.check).toBe("server");
  });

  test("doctor tells each wrong setting once, and what mends them below the last", async () => {
    await examine(WELL);
    const { named, text } = await call([], [], { BELFRY_TICK: "soon", BELFRY_WEBHOOK_ALLOW: "10.0.0.0/99" });
    expect(named("server")?.text).toBe("Cannot use the settings: 2 wrong");
    expect(named("webhooks")).toBeUndefined();
    expect(text.out.match(/`belfry config` shows all settings/g)).toHaveLength(1);
  });
});
