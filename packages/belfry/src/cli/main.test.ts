import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ensureCredentials } from "../config/credentials.ts";
import { ConflictError, SettingError } from "../domain/errors.ts";
import { startFakeServer } from "./test/fake-server.ts";
import { run, TEST_KEY } from "./test/run.ts";

const COMMANDS = [
  "start",
  "tick",
  "add",
  "list",
  "show",
  "cancel",
  "preview",
  "deliveries",
  "retry",
  "config",
];
const EMPTY_PAGE = { status: 200, body: { items: [], nextCursor: null } };
const LIST = "GET /v1/reminders?limit=20";

describe("help", () => {
  test("runCli() names every command and the exit codes when asked for help", async () => {
    const { code, out } = await run(["--help"]);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${command} `, "m"));
    expect(out).toContain("Exit codes: 0 done; 1 refused");
  });

  test.each([[], ...COMMANDS.map((command) => [command])])(
    "runCli() says the same of --help when it helps with %s",
    async (...command) => {
      expect((await run([...command, "--help"])).out).toMatch(/^ {2}-h, --help +show this help$/m);
    },
  );

  test("runCli() speaks of options when a command has some of its own", async () => {
    expect((await run(["start", "--help"])).out).toMatch(/^Usage: belfry start$/m);
    expect((await run(["tick", "--help"])).out).toMatch(/^Usage: belfry tick \[options\]$/m);
  });

  test.each(COMMANDS)("runCli() gives examples when asked for the help of %s", async (command) => {
    const { code, out } = await run([command, "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`\\nExamples:\\n {2}(BELFRY_\\w+=\\S+ )*belfry ${command}`));
  });

  test("runCli() prints the version when asked", async () => {
    expect((await run(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("usage", () => {
  test.each([
    [["frobnicate"], "Cannot read the command: unknown command 'frobnicate'"],
    [["lst"], "Did you mean list?"],
    [["list", "--jsno"], "Did you mean --json?"],
    [["list", "--limit", "0"], "Allowed: a whole number from 1 to 100."],
    [["cancel"], "missing required argument 'ids'"],
    [["tick", "--only", "nothing"], "Allowed choices are promote, send."],
    [["show", "abc"], 'Cannot show: "abc" is no id; allowed: rem_… or dlv_…'],
    [[], "Usage: belfry"],
  ])("runCli() ends with 2 when called as %j", async (argv, part) => {
    const { code, out, err } = await run(argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(part);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  test("runCli() ends with 2 and lists what is wrong when a setting is wrong", async () => {
    const { code, err } = await run(["list"], { env: { BELFRY_PORT: "x", BELFRY_TYPO: "1" } });
    expect(code).toBe(2);
    expect(err).toMatch(/^Cannot use the settings: 2 wrong\n {2}BELFRY_PORT = "x": .*\n {2}BELFRY_TYPO: /);
  });
});

describe("finding the server", () => {
  test.each([
    ["a key is set", { BELFRY_KEY: TEST_KEY }],
    ["there is no key", {}],
  ])("runCli() ends with 3 when nothing listens and %s", async (_name, env) => {
    const server = await startFakeServer({});
    await server.close();
    const { code, err } = await run(["list"], { env: { ...env, BELFRY_URL: server.url } });
    expect(code).toBe(3);
    expect(err).toBe(`Cannot reach Belfry at ${server.url}: start it with \`belfry start\`\n`);
  });

  test("runCli() asks for a key when the server is there and no key is", async () => {
    const server = await startFakeServer({});
    const { code, err } = await run(["list"], { env: { BELFRY_URL: server.url } });
    await server.close();
    expect(code).toBe(2);
    expect(err).toContain(`no key is known for ${server.url}: set BELFRY_KEY`);
    expect(err).toContain("/nonexistent/data/admin.key");
  });

  test("runCli() says where the key came from when the server refuses it", async () => {
    const refusal = {
      status: 401,
      code: "unauthorized",
      detail: "Cannot read: no such key",
      type: "",
      title: "",
    };
    const server = await startFakeServer({ [LIST]: { status: 401, body: refusal } });
    const { code, err } = await run(["list"], { env: { BELFRY_URL: server.url, BELFRY_KEY: TEST_KEY } });
    await server.close();
    expect(code).toBe(1);
    expect(err).toBe("Cannot list: the server refused the key from BELFRY_KEY\n");
  });

  test.each([
    ["the working directory", (folder: string) => ({ folder })],
    ["where npm was called", (folder: string) => ({ env: { INIT_CWD: folder } })],
  ])("runCli() finds the key of a local server when its data lies in %s", async (_name, place) => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-cli-"));
    const { adminKey } = await ensureCredentials({
      dataFolder: join(folder, "data"),
      adminKey: undefined,
      webhookSecrets: [],
      randomBytes,
    });
    const server = await startFakeServer({ [LIST]: EMPTY_PAGE });
    const { env = {}, ...rest } = place(folder) as { env?: Record<string, string>; folder?: string };
    const { code } = await run(["list"], { ...rest, env: { ...env, BELFRY_PORT: new URL(server.url).port } });
    await server.close();
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${adminKey.value}`);
  });

  test("runCli() keeps the local key to itself when BELFRY_URL is another machine", async () => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-cli-"));
    await ensureCredentials({
      dataFolder: join(folder, "data"),
      adminKey: undefined,
      webhookSecrets: [],
      randomBytes,
    });
    const { code, err } = await run(["list"], { folder, env: { BELFRY_URL: "http://belfry.invalid" } });
    await rm(folder, { recursive: true });
    expect(code).toBe(3);
    expect(err).toContain("Cannot reach Belfry at http://belfry.invalid");
  });

  test("runCli() asks for BELFRY_URL when BELFRY_PORT is 0", async () => {
    const { code, err } = await run(["list"], { env: { BELFRY_PORT: "0" } });
    expect(code).toBe(2);
    expect(err).toContain("set BELFRY_URL");
  });
});

describe("roles", () => {
  test("runCli() passes environment and options on when a role is run", async () => {
    const calls: unknown[] = [];
    const roles = {
      start: async (env: object, output: { print(line: string): void }) => {
        calls.push(env);
        output.print("ready");
      },
      tick: async (_env: object, options: object) => {
        calls.push(options);
      },
    };
    const env = { BELFRY_PORT: "0" };
    expect(await run(["start"], { roles, env })).toEqual({ code: 0, out: "ready\n", err: "" });
    expect(await run(["tick", "--only", "send"], { roles, env })).toMatchObject({ code: 0 });
    expect(calls).toEqual([env, { only: "send" }]);
  });

  test.each([
    [new SettingError("Cannot use the settings: 1 wrong"), 2, "Cannot use the settings: 1 wrong\n"],
    [
      new ConflictError("locked", "Cannot open the store: it is locked"),
      1,
      "Cannot open the store: it is locked\n",
    ],
    [new Error("port taken"), 1, "Cannot start: port taken\n"],
  ])("runCli() says %s without a stack when a role throws it", async (error, code, err) => {
    const roles = { start: () => Promise.reject(error), tick: async () => {} };
    expect(await run(["start"], { roles })).toEqual({ code, out: "", err });
  });
});

describe("config", () => {
  test("runCli() shows settings with their sources when asked for config", async () => {
    const { code, out } = await run(["config"], { env: { BELFRY_PORT: "9000", BELFRY_ADMIN_KEY: TEST_KEY } });
    expect(code).toBe(0);
    expect(out).toMatch(/^BELFRY_PORT +9000 +environment +The port/m);
    expect(out).toMatch(/^BELFRY_HOST +127\.0\.0\.1 +default +Where/m);
    expect(out).toMatch(/^BELFRY_ADMIN_KEY +\(hidden, 32 characters\) +environment/m);
  });

  test("runCli() shows all and ends with 2 when a setting is wrong", async () => {
    const { code, out, err } = await run(["config", "--json"], { env: { BELFRY_TICK: "soon" } });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ problems: [expect.stringContaining("BELFRY_TICK")] });
    expect(err).toContain('BELFRY_TICK = "soon"');
  });
});
