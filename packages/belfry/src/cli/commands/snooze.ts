import { type Command, Option } from "commander";
import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { DURATION_FORM, parseDurationText } from "../duration-text.ts";
import { usageFailure } from "../exit-code.ts";
import { forEachIdCommand } from "../id-command.ts";
import { parseComingText } from "../instant-option.ts";
import type { Delivery, Snooze } from "../resources.ts";
import { distance, longTime } from "../time-text.ts";

const AFTER_HELP = `
The reminder rings once more, and its rule goes on as before. From a delivery, what that repeats is
acknowledged with it: it nags no more until then. Times without offset are on the clocks of
this machine; a time of day alone is the next one. Each id is reported; the exit code is 1 if any of
them failed.

Examples:
  belfry snooze dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y --for 10m
  belfry snooze rem_01k9yz3t5v8m6n4q2r7s1w0xab --until 17:00
  belfry snooze rem_01k9yz3t5v8m6n4q2r7s1w0xab --until "2030-12-02 09:00"`;

interface SnoozeOptions {
  for?: string;
  until?: string;
}

/** \`belfry snooze\`: rings reminders once more, later. */
export function snoozeCommand(context: CliContext): Command {
  const command = forEachIdCommand<Delivery, SnoozeOptions>(
    {
      name: "snooze",
      description: "ring reminders once more, later",
      ids: "rem_…, or dlv_… for the reminder of a delivery",
      afterHelp: AFTER_HELP,
      options: snoozeOptions(context),
      resource: "delivery",
      run: (client, id, options) => snooze(client, id, options),
      say: sentence,
    },
    context,
  );
  return command.hook("preAction", (_program, { args }) => checkUsage(args, command.opts()));
}

function snoozeOptions(context: CliContext): Option[] {
  return [
    new Option("--for <duration>", `how long from now: ${DURATION_FORM}`)
      .argParser(parseDurationText)
      .conflicts("until"),
    new Option("--until <time>", 'when: 17:00, "2030-12-02 09:00", or with an offset').argParser((text) =>
      parseComingText(text, context),
    ),
  ];
}

function checkUsage(ids: readonly string[], options: SnoozeOptions): void {
  if (options.for === undefined && options.until === undefined)
    throw usageFailure("say for how long: --for 10m, or --until 17:00");
  const wrong = ids.find((id) => !/^(rem|dlv)_/.test(id));
  if (wrong !== undefined) throw usageFailure(`"${wrong}" is no id; allowed: rem_… or dlv_…`);
}

function snooze(client: Client, id: string, options: SnoozeOptions): Promise<Delivery> {
  const request: Snooze = options.for === undefined ? { until: options.until ?? "" } : { for: options.for };
  return id.startsWith("dlv_") ? client.deliveries.snooze(id, request) : client.reminders.snooze(id, request);
}

/** `rem_… rings once more in 10 minutes, on Mon 23 Nov 2026 09:40:00 CET, as dlv_….` */
function sentence({ id, reminderId, due }: Delivery, context: CliContext): string {
  const when = `${distance(due, context.now())}, on ${longTime(due, context.timeZone)}`;
  return `${reminderId} rings once more ${when}, as ${id}.`;
}
