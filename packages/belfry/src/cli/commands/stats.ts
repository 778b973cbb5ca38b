import { Command } from "commander";
import type { CliContext } from "../context.ts";
import { renderStats } from "../stats-text.ts";

const AFTER_HELP = `
Late: from the due instant to the start of the first attempt. Took: how long the attempts were. Half of
them stay within p50, 99 in 100 within p99.

Examples:
  belfry stats
  belfry stats --json | jq '.windows[0].latenessMs.p99'`;

/** \`belfry stats\`: how it goes. */
export function statsCommand(context: CliContext): Command {
  return new Command("stats")
    .description("show how it goes: states, lateness, and what the next hour brings")
    .option("--json", "print the answer of the API")
    .addHelpText("after", AFTER_HELP)
    .action(async ({ json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const stats = await client.stats();
      if (json) return context.output.printJson(stats);
      for (const line of renderStats(stats, context)) context.output.print(line);
    });
}
