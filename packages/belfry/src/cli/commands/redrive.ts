import { Command, Option } from "commander";
import { canAsk, confirms } from "../confirmation.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { parsePastText } from "../instant-option.ts";
import { counted, grouped } from "../number-text.ts";
import { type RedriveFilter, redriveAll } from "../redrive-all.ts";
import type { BulkRetry } from "../resources.ts";

const AFTER_HELP = `
Deliveries keep their ids, so that receivers recognise them. They go out at once, those that failed first
before the others. --since and --until are about when they failed; times without offset are on the
clocks of this machine. On a terminal the command counts and asks first; elsewhere it wants --yes or
--dry-run. What fails again is not taken twice.

Examples:
  belfry redrive --dry-run
  belfry redrive --error timeout --since 2h
  belfry redrive --state expired --reminder rem_01k9yz3t5v8m6n4q2r7s1w0xab --yes
  belfry redrive --channel webhook --since "2026-12-01 00:00" --until "2026-12-02 00:00" --yes`;

interface RedriveOptions {
  state: NonNullable<RedriveFilter["state"]>;
  channel?: string;
  reminder?: string;
  since?: string;
  until?: string;
  error?: string;
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** \`belfry redrive\`: sends what failed again, all that a filter means. */
export function redriveCommand(context: CliContext): Command {
  const instant = (text: string): string => parsePastText(text, context);
  return new Command("redrive")
    .description("send dead or expired deliveries again, all that match a filter")
    .optionsGroup("Which ones:")
    .addOption(new Option("--state <state>", "dead or expired").choices(["dead", "expired"]).default("dead"))
    .option("--channel <name>", "only those of this channel")
    .option("--reminder <id>", "only those of this reminder")
    .option("--since <time>", "only those that failed then or later; 2h is two hours ago", instant)
    .option("--until <time>", "only those that failed earlier", instant)
    .option("--error <text>", "only those whose reason holds this text, in any case")
    .optionsGroup("Options:")
    .option("--dry-run", "count them and send nothing")
    .option("--yes", "do not ask")
    .option("--json", "print the result for programs")
    .addHelpText("after", AFTER_HELP)
    .action((options: RedriveOptions) => redrive(options, context));
}

async function redrive(options: RedriveOptions, context: CliContext): Promise<void> {
  const { dryRun = false, yes = false, json = false } = options;
  if (!dryRun && !yes && !canAsk(context))
    throw usageFailure("nobody can be asked here; add --yes to send them, or --dry-run to count them");
  const filter = filterOf(options, context);
  const { client } = await context.connect();
  const { output } = context;
  const found = await client.deliveries.retryAll({ filter, dryRun: true });
  if (dryRun || found.matched === 0) return tell({ ...found, dryRun }, json, context);
  if (
    !yes &&
    !(await confirms(
      `Send ${howMany(found)} that ${found.matched === 1 ? "is" : "are"} ${options.state} again?`,
      context,
    ))
  )
    return output.printRemark("Nothing was sent.");
  const retried = await redriveAll(client, { filter, matched: found.matched }, context);
  tell({ ...found, retried, dryRun: false }, json, context);
}

/** What failed until now: what fails again while this goes on has had its turn. */
function filterOf(options: RedriveOptions, { now }: CliContext): RedriveFilter {
  const { state, channel, reminder, since, error } = options;
  const until = options.until ?? new Date(now()).toISOString();
  return {
    state,
    until,
    ...(channel !== undefined && { channel }),
    ...(reminder !== undefined && { reminder }),
    ...(since !== undefined && { since }),
    ...(error !== undefined && { error }),
  };
}

function tell(result: BulkRetry, json: boolean, { output }: CliContext): void {
  if (json) output.printJson(result);
  else if (result.matched === 0) output.printRemark("There is nothing to send again.");
  else if (result.dryRun) output.print(`${howMany(result)} would be sent again.`);
  else output.print(`Sending ${counted(result.retried, "delivery", "deliveries")} again.`);
}

/** `1,234 deliveries`, `more than 10,000 deliveries`. */
function howMany({ matched, isExact }: BulkRetry): string {
  return isExact ? counted(matched, "delivery", "deliveries") : `more than ${grouped(matched)} deliveries`;
}
