import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createContext } from "../context.ts";
import { createProgram } from "../program.ts";
import { NOWHERE, run } from "../test/run.ts";
import { allNodes, completionTree } from "./tree.ts";

const NODES = allNodes(completionTree(await createProgram(createContext(NOWHERE))));

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-completion-"));
  await writeFile(join(folder, "belfry.bash"), (await run(["completion", "bash"])).out);
  await writeFile(join(folder, "billing.secret"), "");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a real bash offers behind these words; the last one is what has been typed of the next. */
function complete(...words: string[]): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `source belfry.bash; COMP_WORDS=(belfry ${quoted}); COMP_CWORD=${words.length}; _belfry; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" });
  return out.split("\n").filter((line) => line !== "");
}

describe("belfry completion bash", () => {
  test("is registered for belfry", () => {
    const script = "source belfry.bash; complete -p belfry";
    const out = execFileSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" });
    expect(out).toBe("complete -F _belfry belfry\n");
  });

  test.each([
    [["can"], ["cancel"]],
    [
      ["endpoints", ""],
      ["list", "add", "show", "edit", "remove"],
    ],
    [["endpoints", "re"], ["remove"]],
    [
      ["help", "co"],
      ["config", "completion"],
    ],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["list", "--st"], ["--state"]],
    [["list", "--state", "f"], ["finished"]],
    [["list", "--state", "=", "f"], ["finished"]],
    [
      ["list", "--state", "="],
      ["active", "paused", "finished", "cancelled"],
    ],
    [["--server", "list", "canc"], ["cancel"]],
    [["add", "--in", ""], []],
    [["add", "list", "--leap"], ["--leap-day"]],
    [["endpoints", "add", "--secret-file", "bil"], ["billing.secret"]],
    [["export", "--output", "bil"], ["billing.secret"]],
    [["import", "bil"], ["billing.secret"]],
    [["import", "--ag"], ["--again"]],
    [["endpoints", "edit", "billing", "--st"], ["--state"]],
    [["endpoints", "--js"], ["--json"]],
    [["start", "--s"], []],
    [
      ["nonsense", "--"],
      ["--version", "--server", "--key-file", "--help"],
    ],
  ])("offers what fits behind %j", (words, offered) => {
    expect(complete(...words)).toEqual(offered);
  });

  test("offers every command, and every option of each", () => {
    expect(complete("")).toEqual(NODES[0]?.below.map(({ path }) => path[0]));
    for (const { path, options } of NODES.slice(1)) {
      const flags = options.flatMap((option) => option.flags).filter((flag) => flag.startsWith("--"));
      expect(complete(...path, "--").sort()).toEqual(flags.sort());
    }
  });
});

/** Neither shell need be on the machine: what can be told from the text alone. */
describe("belfry completion zsh and fish", () => {
  test("zsh: a function for each command names all its options, and every quote is closed", async () => {
    const { out } = await run(["completion", "zsh"]);
    expect(out).toMatch(/^#compdef belfry\n/);
    const bodies = new Map(
      [...out.matchAll(/^(_belfry\w*)\(\) \{\n([\s\S]*?)^\}$/gm)].map((match) => [match[1], match[2] ?? ""]),
    );
    expect(bodies.size).toBe(NODES.length);
    for (const { path, options, below } of NODES) {
      const body = bodies.get(["_belfry", ...path].join("_").replaceAll("-", "_")) ?? "";
      for (const flag of options.flatMap((option) => option.flags)) expect(body).toContain(`'${flag}[`);
      for (const one of below) expect(body).toContain(`${one.path.at(-1)}) _belfry_`);
      expect(withoutQuoted(body)).not.toMatch(/['"]/);
    }
  });

  test("fish: a line for each command and each option, and every quote is closed", async () => {
    const { out } = await run(["completion", "fish"]);
    const lines = out.split("\n").filter((line) => line.startsWith("complete -c belfry -n "));
    for (const { path, options, below } of NODES) {
      const here = lines.filter((line) =>
        line.includes(`'__belfry_in${path.map((word) => ` ${word}`).join("")}`),
      );
      for (const { flags } of options) {
        const name = (flags[0] ?? "").replace(/^--/, "-l ");
        expect(here.some((line) => line.includes(` ${name} `))).toBe(true);
      }
      for (const one of below)
        expect(here.some((line) => line.includes(` -a ${one.path.at(-1)} `))).toBe(true);
    }
    for (const line of lines) expect(withoutFishQuoted(line)).not.toMatch(/['"]/);
  });
});

/** Zsh closes a quote, writes one behind a backslash, and opens it again. */
function withoutQuoted(text: string): string {
  return text.replaceAll("'\\''", "").replaceAll(/'[^']*'/g, "");
}

/** Fish escapes a quote by a backslash. */
function withoutFishQuoted(text: string): string {
  return text.replaceAll(/'(?:\\.|[^'\\])*'/g, "");
}
