import type { Command } from "commander";
import { pathOf } from "../../packages/belfry/src/cli/command-path.ts";
import { createContext } from "../../packages/belfry/src/cli/context.ts";
import { type CliOptions, runCli } from "../../packages/belfry/src/cli/main.ts";
import { createProgram } from "../../packages/belfry/src/cli/program.ts";

const WIDTH = 100;

const INTRODUCTION = `# Commands

<!-- Made by \`npm run reference\` from packages/belfry/src/cli; a test holds the two together. -->

What \`--help\` says of each command. [The guide](../guides/cli.md) tells how to use them.
`;

/** \`docs/reference/cli.md\`: the help of the program and of every command. */
export async function renderCliPage(): Promise<string> {
  const program = await createProgram(createContext(optionsOf([], [])));
  const sections: string[] = [];
  for (const command of withThoseBelow(program)) sections.push(await renderHelp(wordsOf(command)));
  return [INTRODUCTION, ...sections].join("\n");
}

function withThoseBelow(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withThoseBelow)];
}

function wordsOf(command: Command): string[] {
  return pathOf(command)
    .split(" ")
    .filter((word) => word !== "");
}

async function renderHelp(command: readonly string[]): Promise<string> {
  const written: string[] = [];
  const exitCode = await runCli(optionsOf([...command, "--help"], written));
  const name = ["belfry", ...command].join(" ");
  if (exitCode !== 0) throw new Error(`Cannot show the help of ${name}: it ended with ${exitCode}`);
  return [`## \`${name}\``, "", "```text", written.join("").trimEnd(), "```", ""].join("\n");
}

/** A terminal of one width without colours, so that the page is the same on every machine. */
function optionsOf(argv: readonly string[], written: string[]): CliOptions {
  const stream = { write: (text: string) => written.push(text) };
  const neverRun = async (): Promise<never> => {
    throw new Error("Cannot run a role: only help was asked for");
  };
  return {
    argv,
    env: { NO_COLOR: "1" },
    stdout: stream,
    stderr: stream,
    isTerminal: true,
    columns: WIDTH,
    timeZone: "UTC",
    roles: {
      start: neverRun,
      api: neverRun,
      scheduler: neverRun,
      worker: neverRun,
      tick: neverRun,
      migrate: neverRun,
      move: neverRun,
      simulate: neverRun,
      inspect: neverRun,
    },
  };
}
