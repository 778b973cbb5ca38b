import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigHome } from "../test/config-home.ts";
import { type CliRun, run } from "../test/run.ts";

const KEY = "s".repeat(32);
const WORK = { url: "https://belfry.example.com", key: KEY };
const HOME = { url: "http://127.0.0.1:9000", key: KEY };

let home: ConfigHome;
beforeEach(async () => {
  home = await ConfigHome.create();
  await home.write({ current: "work", servers: { work: WORK, home: HOME } });
});
afterEach(() => home[Symbol.asyncDispose]());

function call(...argv: string[]): Promise<CliRun> {
  return run(argv, { env: home.env });
}

describe("belfry servers", () => {
  test.each([[["servers"]], [["servers", "list"]]])(
    "%j lists servers, the current one marked, and no key",
    async (argv) => {
      const { code, out } = await call(...argv);
      expect(code).toBe(0);
      expect(out).toBe(
        "   NAME   URL\n" +
          "*  work   https://belfry.example.com\n" +
          "   home   http://127.0.0.1:9000\n" +
          "   local  http://127.0.0.1:8080\n",
      );
    },
  );

  test("servers prints for programs when asked for JSON", async () => {
    const { out } = await call("servers", "--json");
    expect(JSON.parse(out)).toMatchObject({
      current: "work",
      servers: [{ name: "work", isCurrent: true }, {}, {}],
    });
    expect(out).not.toContain(KEY);
  });

  test("servers use chooses a stored server, or the one of this machine", async () => {
    expect((await call("servers", "use", "home")).out).toBe('Commands use "home" from now on.\n');
    expect(await home.read()).toMatchObject({ current: "home" });
    expect((await call("servers", "use", "local")).out).toContain("the server of this machine");
    expect(await home.read()).toEqual({ servers: { work: WORK, home: HOME } });
  });

  test.each([
    [["servers", "use", "nowhere"], 'no server is called "nowhere"; allowed: work, home, local'],
    [["servers", "ues"], "unknown command 'servers ues'; allowed: list, use"],
    [["logout", "nowhere"], 'no server is called "nowhere"; allowed: work, home'],
  ])("%j ends with 2 and changes nothing", async (argv, part) => {
    const { code, err } = await call(...argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(await home.read()).toEqual({ current: "work", servers: { work: WORK, home: HOME } });
  });
});

describe("belfry logout", () => {
  test("logout forgets the current server when none is named", async () => {
    const { code, out } = await call("logout");
    expect(code).toBe(0);
    expect(out).toBe('Forgot "work" and its key. Commands use the server of this machine.\n');
    expect(await home.read()).toEqual({ servers: { home: HOME } });
  });

  test("logout leaves the current one when another is named", async () => {
    expect((await call("logout", "home")).out).toBe('Forgot "home" and its key. Commands use "work".\n');
    expect(await home.read()).toEqual({ current: "work", servers: { work: WORK } });
  });

  test("logout ends with 2 when no stored server is current", async () => {
    await home.write({});
    const { code, err } = await call("logout");
    expect(code).toBe(2);
    expect(err).toContain("no stored server is current");
  });
});
