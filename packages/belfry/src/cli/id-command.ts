import { Command, type Option } from "commander";
import type { Client } from "../client/client.ts";
import type { CliContext } from "./context.ts";
import { runForEach } from "./each.ts";

/** A command that does the same to each id it is given, as data. */
export interface IdCommand<Answer, Options extends object = object> {
  name: string;
  description: string;
  /** What the usage calls them; default: `ids`. */
  argument?: string;
  /** What the ids look like: `rem_…`. */
  ids: string;
  afterHelp: string;
  /** Options besides `--json`. */
  options?: readonly Option[];
  /** What is done to each, behind "Cannot": `cancel`. Default: the name. */
  action?: string;
  /** What each answer is, as a field of the JSON: `reminder`. */
  resource: string;
  run(client: Client, id: string, options: Options): Promise<Answer>;
  /** One answer in a sentence. */
  say(answer: Answer, context: CliContext): string;
}

/**
 * `belfry <name> <ids...>`: each id in turn, with `--json`; a refusal is reported, the others go on,
 * and the exit code is 1 if any was refused.
 */
export function forEachIdCommand<Answer, Options extends object = object>(
  definition: IdCommand<Answer, Options>,
  context: CliContext,
): Command {
  const {
    name,
    description,
    argument = "ids",
    ids,
    afterHelp,
    action = name,
    resource,
    run,
    say,
  } = definition;
  const command = new Command(name).description(description).argument(`<${argument}...>`, ids);
  for (const option of definition.options ?? []) command.addOption(option);
  return command
    .option("--json", "print the answers of the API")
    .addHelpText("after", afterHelp)
    .action(async (given: string[], options: Options & { json?: boolean }) => {
      const { client } = await context.connect();
      await runForEach(
        given,
        { action, resource, json: options.json ?? false, context },
        { run: (id) => run(client, id, options), say: (answer) => say(answer, context) },
      );
    });
}
