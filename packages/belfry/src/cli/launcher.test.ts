import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const LAUNCHER = fileURLToPath(new URL("../../bin/belfry.js", import.meta.url));
const OLD_NODE =
  'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "24.14.9" } });';

const TELLS_ARGUMENTS = 'data:text/javascript,console.error("told", ...process.execArgv)';

const TELLS_MALLOC = `data:text/javascript,${encodeURIComponent(`
  const { MALLOC_ARENA_MAX: arenas, MALLOC_TRIM_THRESHOLD_: threshold } = process.env;
  console.error("told", arenas, threshold);
`)}`;

/** Says which flags are set while it runs, instead of setting them. */
const TELLS_FLAGS = `data:text/javascript,${encodeURIComponent(`
  import v8 from "node:v8";
  import { syncBuiltinESMExports } from "node:module";
  v8.setFlagsFromString = (flags) => console.error("set", flags);
  syncBuiltinESMExports();
`)}`;

async function launch(
  args: readonly string[],
  nodeArgs: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const env = { PATH: process.env.PATH, ...variables };
  const child = spawn(process.execPath, [...nodeArgs, LAUNCHER, ...args], { cwd: "/", env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: typeof code === "number" ? code : null, out, err };
}

describe("belfry.js", () => {
  test("belfry.js runs a command when called from anywhere", async () => {
    const { code, out, err } = await launch(["config"]);
    expect(err).toBe("");
    expect(out).toMatch(/^BELFRY_PORT +8080 +default/m);
    expect(code).toBe(0);
  });

  test("belfry.js gives the exit code when a command fails", async () => {
    const { code, out, err } = await launch(["frobnicate"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("unknown command 'frobnicate'");
  });

  test("belfry.js says which Node it needs when there is only an older one", async () => {
    const { code, err } = await launch(["config"], ["--import", OLD_NODE]);
    expect(code).toBe(2);
    expect(err).toBe("Cannot start: Belfry needs Node 24.15 or newer, this is 24.14.9\n");
  });

  test.each([
    ["start", [], "--max-semi-space-size=16"],
    ["worker", [], "--max-semi-space-size=8"],
    ["worker", ["--max-semi-space-size=32"], "--max-semi-space-size=32"],
    ["api", ["--max_semi_space_size=32"], "--max_semi_space_size=32"],
    ["api", ["--min-semi-space-size=32"], ""],
    ["config", [], ""],
  ])("belfry.js bounds the young generation of a server: %s %j", async (command, nodeArgs, flag) => {
    const { code, err } = await launch([command, "--help"], [...nodeArgs, "--import", TELLS_ARGUMENTS]);
    const [told] = err.trimEnd().split("\n").slice(-1);
    expect(told?.split(" ").filter((argument) => argument.startsWith("--max"))).toEqual(flag ? [flag] : []);
    expect(code).toBe(0);
  });

  test.each([
    ["worker", {}, "1 131072"],
    ["worker", { MALLOC_TRIM_THRESHOLD_: "1" }, "1 1"],
    ["api", { MALLOC_ARENA_MAX: "4" }, "4 undefined"],
    ["start", {}, "1 undefined"],
    ["config", {}, "undefined undefined"],
  ])(
    "belfry.js has a server's memory given back when it is freed: %s %j",
    async (command, variables, told) => {
      const { code, err } = await launch([command, "--help"], ["--import", TELLS_MALLOC], variables);
      expect(err.trimEnd().split("\n").at(-1)).toBe(`told ${told}`);
      expect(code).toBe(0);
    },
  );

  test.each([
    ["worker", [], ["--invocation-count-for-turbofan=30000"]],
    ["worker", ["--invocation-count-for-turbofan=5"], []],
    ["worker", ["--no-turbofan"], []],
    ["api", [], []],
    ["list", [], []],
  ])("belfry.js has V8 optimize later in a worker: %s %j", async (command, nodeArgs, flags) => {
    const { code, err } = await launch([command, "--help"], [...nodeArgs, "--import", TELLS_FLAGS]);
    const told = err.split("\n").filter((line) => line.startsWith("set "));
    expect(told).toEqual(flags.map((flag) => `set ${flag}`));
    expect(code).toBe(0);
  });

  test("belfry.js ends without a complaint when nobody reads what it prints", async () => {
    const child = spawn(process.execPath, [LAUNCHER, "config"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    const [err, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect({ err, code }).toEqual({ err: "", code: 0 });
  });
});
