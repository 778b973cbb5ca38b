import { Command, Option } from "commander";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { parseTime } from "../schedule-options.ts";
import { oneLine } from "../table.ts";

const AFTER_HELP = `
Tells in sentences why something will ring, did, or did not: the rule in words, the wall clock and its zone,
the zone data, how a time that is skipped or comes twice was read, what put it off, each attempt, and what
becomes of it next. --occurrence asks after one occurrence of a reminder by its nominal time, also one that
nothing came of. Instants are in UTC.

Examples:
  belfry explain rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry explain rem_01k9yz3t5v8m6n4q2r7s1w0xab --occurrence "2027-03-28 02:30"
  belfry explain dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y --json | jq .fate`;

interface ExplainOptions {
  occurrence?: string;
  json?: boolean;
}

/** \`belfry explain\`: why a reminder or a delivery rings, or does not. */
export function explainCommand(context: CliContext): Command {
  return new Command("explain")
    .description("tell why a reminder or a delivery rings when it does, or does not")
    .argument("<id>", "rem_… or dlv_…")
    .addOption(
      new Option(
        "--occurrence <nominal>",
        "one of a reminder, by its nominal time: 2027-03-28T02:30",
      ).argParser(parseTime),
    )
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action((id: string, options: ExplainOptions) => explain(id, options, context));
}

async function explain(id: string, options: ExplainOptions, context: CliContext): Promise<void> {
  const { occurrence, json = false } = options;
  if (!/^(rem|dlv)_/.test(id)) throw usageFailure(`"${id}" is no id; allowed: rem_… or dlv_…`);
  const isDelivery = id.startsWith("dlv_");
  if (isDelivery && occurrence !== undefined)
    throw usageFailure("--occurrence names one of a reminder; a delivery is of one already: leave it out");
  const { client } = await context.connect();
  const asked = occurrence === undefined ? {} : { occurrence };
  const explained = isDelivery
    ? await client.deliveries.explain(id)
    : await client.reminders.explain(id, asked);
  if (json) return context.output.printJson(explained);
  for (const line of explained.text.split("\n")) context.output.print(oneLine(line));
}
