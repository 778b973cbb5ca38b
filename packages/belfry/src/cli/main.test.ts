import { describe, expect, test } from "vitest";
import { ConflictError, SettingError } from "../domain/errors.ts";
import { COMMAND_GROUPS } from "./command-groups.ts";
import { createContext } from "./context.ts";
import { createProgram } from "./program.ts";
import { NOWHERE, ROLES_IDLE, run, TEST_KEY } from "./test/run.ts";

const COMMANDS = COMMAND_GROUPS.flatMap(({ entries }) => entries).map(({ name }) => name);

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
    [["start", "--server", "work"], "'belfry start' talks to no server, so it takes no --server"],
    [["--server", "a", "--server", "b", "list"], "option '--server' is given twice, as 'a' and as 'b'"],
    [[], "Usage: belfry"],
  ])("runCli() ends with 2 when called as %j", async (argv, part) => {
    const { code, out, err } = await run(argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(part);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  test("runCli() ends with 2 and lists what is wrong when settings are wrong", async () => {
    const { code, err } = await run(["list"], { env: { BELFRY_PORT: "x", BELFRY_TICK: "1" } });
    expect(code).toBe(2);
    expect(err).toMatch(
      /^Cannot use the settings: 2 wrong\n {2}BELFRY_PORT = "x": .*\n {2}BELFRY_TICK = "1": /,
    );
  });
});

describe("roles", () => {
  test("runCli() passes environment and options on when a role is run", async () => {
    const calls: unknown[] = [];
    const roles = {
      ...ROLES_IDLE,
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
    const roles = { ...ROLES_IDLE, start: () => Promise.reject(error) };
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

  test("runCli() shows descriptions whole, below their settings, when on a terminal", async () => {
    const { out } = await run(["config"], { isTerminal: true, columns: 90, env: { NO_COLOR: "1" } });
    expect(out).toMatch(/^SETTING +VALUE +SOURCE\n/);
    expect(out).toMatch(
      /^BELFRY_HOST +127\.0\.0\.1 +default\n {2}Where the API listens; .+ every interface$/m,
    );
  });

  test("runCli() shows all and ends with 2 when a setting is wrong", async () => {
    const { code, out, err } = await run(["config", "--json"], { env: { BELFRY_TICK: "soon" } });
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ problems: [expect.stringContaining("BELFRY_TICK")] });
    expect(err).toContain('BELFRY_TICK = "soon"');
  });
});

describe("createProgram()", () => {
  test("has one command alone when the first word names it, called as its entry says", async () => {
    for (const { name, load } of COMMAND_GROUPS.flatMap(({ entries }) => entries)) {
      const create = await load();
      expect(create(createContext(NOWHERE)).name()).toBe(name);
    }
    const { commands } = await createProgram(createContext(NOWHERE), "list");
    expect(commands.map((command) => command.name())).toEqual(["list"]);
  });

  test.each([undefined, "--server", "frobnicate", "help", "completion"])(
    "has every command when the first word is %s",
    async (first) => {
      const { commands } = await createProgram(createContext(NOWHERE), first);
      expect(commands.map((command) => command.name())).toEqual(COMMANDS);
    },
  );
});
