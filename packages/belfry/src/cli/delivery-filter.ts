import { type Command, Option } from "commander";
import type { DeliveryListFilter } from "../client/client.ts";
import type { CliContext } from "./context.ts";
import { parsePastText } from "./instant-option.ts";

const STATES = ["scheduled", "leased", "retrying", "delivered", "dead", "expired", "cancelled"];

/** Which deliveries a command is about, as its options say it. */
export type DeliveryChoice = DeliveryListFilter;

/** Adds the options that choose deliveries, but for their state. */
export function addDeliveryFilter(command: Command, context: CliContext): Command {
  const instant = (text: string): string => parsePastText(text, context);
  return command
    .option("--reminder <id>", "only those of this reminder")
    .option("--channel <name>", "only those of this channel")
    .option("--recipient <id>", "only those for this recipient: rcp_…")
    .option("--campaign <id>", "only those of this campaign: cmp_…")
    .option("--since <time>", "only those due then or later; 2h is two hours ago", instant)
    .option("--until <time>", "only those due earlier", instant)
    .option("--error <text>", "only those whose reason holds this text, in any case");
}

/** The option that chooses them by their state. */
export function deliveryStateOption(): Option {
  return new Option("--state <state>", "only these").choices(STATES);
}

/** What of a command's options chooses deliveries. */
export function deliveryFilterOf(options: DeliveryChoice): DeliveryListFilter {
  const { reminder, state, channel, recipient, campaign, since, until, error } = options;
  const filter = { reminder, state, channel, recipient, campaign, since, until, error };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
