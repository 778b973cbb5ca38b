import { Command, InvalidArgumentError } from "commander";
import { connectionCode } from "../../client/api-error.ts";
import type { Client, LostStream } from "../../client/client.ts";
import { EVENT_TYPES } from "../../domain/event.ts";
import type { CliContext } from "../context.ts";
import { createEventSubjects } from "../event-subjects.ts";
import { eventText } from "../event-text.ts";
import type { BelfryEvent, EventFilter } from "../resources.ts";

const AFTER_HELP = `
One line an event: when it happened, on the clocks of this machine, what became of what, and why. Where
there are more than a few in a second, messages and lateness are left out. A connection that is lost is
made again, and goes on after the last event that came. Ctrl-C ends it.

Types: ${EVENT_TYPES.join(", ")}; delivery stands for all that begin so.

Examples:
  belfry watch
  belfry watch --types delivery.dead,endpoint.off
  belfry watch --reminder rem_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry watch --since start --json | jq -r 'select(.type == "delivery.dead") | .reason'`;

interface WatchOptions {
  types?: readonly BelfryEvent["type"][];
  reminder?: string;
  since?: string;
  json?: boolean;
}

/** \`belfry watch\`: what happens, as it happens. */
export function watchCommand(context: CliContext): Command {
  return new Command("watch")
    .description("show what happens, as it happens, until Ctrl-C")
    .option("--types <types>", "only these types of events, joined by commas", parseTypes)
    .option("--reminder <id>", "only what is about this reminder and its deliveries")
    .option("--since <event id>", "begin after this event; start: with the oldest that is kept; default: now")
    .option("--json", "print each event as the API gives it, one a line")
    .addHelpText("after", AFTER_HELP)
    .action((options: WatchOptions) => watch(options, context));
}

function parseTypes(text: string): BelfryEvent["type"][] {
  const types = text.split(",").flatMap((name) => {
    const found = EVENT_TYPES.filter((type) => type === name.trim() || type.startsWith(`${name.trim()}.`));
    if (found.length > 0) return found;
    throw new InvalidArgumentError(`Allowed: ${EVENT_TYPES.join(", ")}, joined by commas.`);
  });
  return [...new Set(types)];
}

async function watch(options: WatchOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const { output } = context;
  const textOf = options.json ? jsonText : textFor(client, context);
  for await (const event of client.events(filterOf(options, context))) {
    if (!(await output.printSteadily(await textOf(event)))) return;
  }
}

async function jsonText(event: BelfryEvent): Promise<string> {
  return JSON.stringify(event);
}

function textFor(client: Client, context: CliContext): (event: BelfryEvent) => Promise<string> {
  const subjectOf = createEventSubjects(client, context);
  return async (event) => eventText(event, await subjectOf(event), context);
}

function filterOf({ types, reminder, since }: WatchOptions, context: CliContext): EventFilter {
  const { output } = context;
  const remark = (text: string): void =>
    output.printRemark(output.isWatched ? output.paint("faint", text) : text);
  const signal = context.interruption();
  let isFirst = true;
  return {
    ...(types && { types }),
    ...(reminder !== undefined && { reminder }),
    ...(since !== undefined && { after: since }),
    signal,
    wait: (ms) => context.wait(ms, signal),
    onOpen: () => {
      if (!isFirst) remark("Connected again.");
      else if (output.isWatched) remark("Watching; Ctrl-C ends it.");
      isFirst = false;
    },
    onLost: (lost) => remark(lostText(lost)),
    onGap: () => remark("Some events that would come next are no longer kept."),
  };
}

/** `The connection is lost (ECONNRESET); trying again in 1 s.` */
function lostText({ error, waitMs }: LostStream): string {
  const code = error === null ? undefined : (connectionCode(error.cause) ?? error.message);
  const why = code === undefined ? "" : ` (${code})`;
  return `The connection is lost${why}; trying again in ${Math.ceil(waitMs / 1000)} s.`;
}
