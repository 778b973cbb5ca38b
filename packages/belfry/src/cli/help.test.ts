import { describe, expect, test } from "vitest";
import { COMMAND_GROUPS } from "./command-groups.ts";
import { createContext } from "./context.ts";
import { fillParagraphs } from "./help-text.ts";
import { createProgram } from "./program.ts";
import { NOWHERE, run } from "./test/run.ts";

const program = await createProgram(createContext(NOWHERE));
const ENTRIES = COMMAND_GROUPS.flatMap(({ entries }) => entries);
/** Every command with the words that lead to it. */
const PATHS = program.commands.flatMap((command) => [
  [command.name()],
  ...command.commands.map((below) => [command.name(), below.name()]),
]);

describe("belfry --help", () => {
  test("groups the commands in the order of the groups", async () => {
    const { out } = await run(["--help"]);
    const titles = COMMAND_GROUPS.map(({ title }) => title);
    expect(out.split("\n").filter((line) => titles.includes(line))).toEqual(titles);
    for (const { name } of program.commands.map((command) => ({ name: command.name() })))
      expect(out).toMatch(new RegExp(`^ {2}${name} `, "m"));
  });

  test("says where settings and stored servers are, and what to do when something is wrong", async () => {
    const { out } = await run(["--help"]);
    for (const part of [
      "belfry config",
      "~/.config/belfry/config.json",
      "belfry doctor",
      "Exit codes: 0 done",
    ])
      expect(out).toContain(part);
  });

  test("points to commands that exist", () => {
    const names = program.commands.map((command) => command.name());
    expect(ENTRIES.flatMap(({ seeAlso }) => seeAlso).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe("the help of a command", () => {
  test.each(PATHS)("belfry %s %s has a summary, examples and exit codes", async (...path) => {
    const words = path.filter((word) => word !== undefined);
    const { code, out } = await run([...words, "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: belfry ${words.join(" ")}\\b.*\\n\\n[a-z]`));
    expect(out).toMatch(new RegExp(`\\nExamples:\\n(.*\\n)*? +.*belfry ${words.join(" ")}`));
    expect(out).toMatch(/\nExit codes: 0 /);
    expect(await run(["help", ...words])).toEqual({ code: 0, out, err: "" });
  });

  test.each([40, 60, 80, 200])(
    "keeps its prose and options within a terminal of %i columns",
    async (columns) => {
      for (const words of PATHS) {
        const { out } = await run([...words, "--help"], { isTerminal: true, columns });
        const prose = out.split("\n").filter((line) => /^[A-Za-z`]/.test(line) && !line.startsWith("Usage:"));
        expect(prose.filter((line) => line.length > Math.min(columns, 110))).toEqual([]);
      }
    },
  );

  test("shows which server where a command talks to one, and not where it does not", async () => {
    expect((await run(["list", "--help"])).out).toMatch(/\nGlobal Options:\n {2}--server <name or URL> /);
    expect((await run(["start", "--help"])).out).not.toContain("--server");
  });
});

describe("belfry help", () => {
  test("shows the help of the program when it stands alone", async () => {
    expect((await run(["help"])).out).toBe((await run(["--help"])).out);
  });

  test.each([
    [["help", "lst"], "unknown command 'lst'\n(Did you mean list?)"],
    [["help", "endpoints", "ad"], 'no command is called "endpoints ad"; allowed behind it: list, add'],
    [["help", "cancel", "rem_1"], 'no command is called "cancel rem_1"; allowed behind it: nothing'],
  ])("%j ends with 2 and does nothing", async (argv, part) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain(part);
  });
});

describe("fillParagraphs()", () => {
  test("fillParagraphs() fills prose and leaves what is indented", () => {
    const text = "one two\nthree four\n\nExamples:\n  a very long example that stays as it is\nfive";
    expect(fillParagraphs(text, 10)).toBe(
      "one two\nthree four\n\nExamples:\n  a very long example that stays as it is\nfive",
    );
    expect(fillParagraphs("one two\nthree four", 100)).toBe("one two three four");
  });

  test("fillParagraphs() breaks no word when it is longer than a line", () => {
    expect(fillParagraphs("a https://example.com/long b", 10)).toBe("a\nhttps://example.com/long\nb");
  });
});
