import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDurationText } from "./duration-text.ts";
import { usageFailure } from "./exit-code.ts";
import type { ReminderInput } from "./resources.ts";
import { parseCount } from "./schedule-options.ts";

/** What the options of `belfry add` hold besides the schedule. */
export interface ReminderOptions {
  webhook?: string;
  endpoint?: string;
  recipient?: string;
  channels?: string[];
  mode?: "all" | "first";
  channel?: string;
  address?: string;
  title?: string;
  html?: string;
  /** JSON that has been read, in a box: commander would take null for an empty text. */
  data?: { value: unknown };
  catchUp?: ReminderInput["catchUp"];
  usefulFor?: string;
  maxAttempts?: number;
  retryInitial?: string;
  retryMax?: string;
  retryJitter?: NonNullable<ReminderInput["retry"]>["jitter"];
  inDoubt?: ReminderInput["inDoubt"];
  metadata?: Record<string, string>;
}

/** Adds the options that say where to, what and how. */
export function addReminderOptions(command: Command, whereTo = "Where to (default: the inbox):"): Command {
  command
    .optionsGroup(whereTo)
    .option("--webhook <url>", "a URL")
    .option("--endpoint <name>", "a named endpoint")
    .option("--recipient <id>", "a recipient, by their id or your own")
    .option(
      "--channels <names>",
      "which channels of the recipient, in this order, joined by commas",
      readNames,
    )
    .addOption(
      new Option(
        "--mode <mode>",
        "each of these channels, or the next only if one is dead; default: all",
      ).choices(["all", "first"]),
    )
    .option("--channel <name>", "a channel, with --address where it needs one")
    .option("--address <address>", "an address of the channel");
  return addContentOptions(command.optionsGroup("What and how:"));
}

/** Adds the options that say what and how. */
export function addContentOptions(command: Command): Command {
  return command
    .option("--title <text>", "a title above the message")
    .option("--html <html>", "the message for channels that show HTML")
    .option("--data <json>", "a JSON value for programs", parseJson)
    .addOption(
      new Option(
        "--catch-up <policy>",
        "which of the occurrences found late to send; default: latest",
      ).choices(["latest", "all", "none"]),
    )
    .option(
      "--useful-for <duration>",
      "how long after its instant it is worth sending; default: 7d if it rings once, or a week or more apart, else 1d",
      parseDurationText,
    )
    .option("--max-attempts <number>", "attempts in all; default: 5", parseCount)
    .option(
      "--retry-initial <duration>",
      "the longest first wait between them; default: 5s",
      parseDurationText,
    )
    .option("--retry-max <duration>", "the longest wait at all; default: 2h", parseDurationText)
    .addOption(
      new Option(
        "--retry-jitter <kind>",
        "full: each wait is anywhere up to the longest; none: it is the longest; default: full",
      ).choices(["full", "none"]),
    )
    .addOption(
      new Option(
        "--in-doubt <policy>",
        "if a worker dies and may have sent it: send it again, or hold it as dead; default: resend",
      ).choices(["resend", "hold"]),
    )
    .option("--metadata <name=value>", "kept with the reminder; may be repeated", collectMetadata);
}

/** What is said of retries, in the API's terms. */
export function retryOf({ maxAttempts, retryInitial, retryMax, retryJitter }: ReminderOptions) {
  return {
    ...(maxAttempts && { maxAttempts }),
    ...(retryInitial && { initial: retryInitial }),
    ...(retryMax && { max: retryMax }),
    ...(retryJitter && { jitter: retryJitter }),
  };
}

/**
 * What to send, where and how, in the API's terms.
 *
 * @throws CommandFailure if there is nothing to say, or more than one target
 */
export function reminderOf(
  message: string | undefined,
  options: ReminderOptions,
): Omit<ReminderInput, "schedule"> {
  const { catchUp, usefulFor, inDoubt, metadata } = options;
  const retry = retryOf(options);
  return {
    to: targetOf(options),
    ...contentOf(message, options),
    ...(catchUp && { catchUp }),
    ...(usefulFor && { usefulFor }),
    ...(Object.keys(retry).length > 0 && { retry }),
    ...(inDoubt && { inDoubt }),
    ...(metadata && { metadata }),
  };
}

/** Options that name a target; one of them at most. */
export const TARGETS = ["webhook", "endpoint", "recipient", "channel"] as const;
/** Options that say more of it. */
export const TARGET_PARTS = ["address", "channels", "mode"] as const;

type TargetOptions = Pick<ReminderOptions, (typeof TARGETS)[number] | (typeof TARGET_PARTS)[number]>;

/**
 * The one target that is given, else the inbox.
 *
 * @throws CommandFailure if there is more than one
 */
export function targetOf(options: TargetOptions): ReminderInput["to"] {
  const given = TARGETS.filter((name) => options[name] !== undefined);
  if (given.length > 1)
    throw usageFailure(`--${given[0]} and --${given[1]} exclude each other; give one target`);
  const { webhook, endpoint, recipient, channels, mode, channel, address } = options;
  if (address !== undefined && channel === undefined) throw usageFailure("--address needs --channel");
  if (recipient === undefined && (channels ?? mode) !== undefined)
    throw usageFailure(`--${channels ? "channels" : "mode"} needs --recipient`);
  if (webhook !== undefined) return { channel: "webhook", address: webhook };
  if (endpoint !== undefined) return { endpoint };
  if (recipient !== undefined) return { recipient, ...(channels && { channels }), ...(mode && { mode }) };
  return { channel: channel ?? "inbox", ...(address !== undefined && { address }) };
}

/** Names of channels, joined by commas. */
export function readNames(text: string): string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("Allowed: names of channels, joined by commas: email,sms.");
}

function contentOf(
  text: string | undefined,
  options: ReminderOptions,
): Pick<ReminderInput, "message" | "content"> {
  const { title, html, data } = options;
  if (text === "") throw usageFailure('the message is empty; say what: belfry add "Stretch" --in 10s');
  if (title === undefined && html === undefined && data === undefined) {
    if (text === undefined) throw usageFailure('say what: belfry add "Stretch" --in 10s');
    return { message: text };
  }
  return {
    content: {
      ...(title !== undefined && { title }),
      ...(text !== undefined && { text }),
      ...(html !== undefined && { html }),
      // It was read from JSON, so it is a JSON value.
      ...(data !== undefined && { data: data.value as NonNullable<ReminderInput["content"]>["data"] }),
    },
  };
}

function parseJson(text: string): { value: unknown } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    throw new InvalidArgumentError(`Allowed: JSON such as '{"order":7}'.`);
  }
}

function collectMetadata(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals < 1) throw new InvalidArgumentError("Allowed: a name, an equals sign and a value: team=blue.");
  const name = text.slice(0, equals);
  const value = text.slice(equals + 1);
  if (Object.hasOwn(previous, name) && previous[name] !== value)
    throw new InvalidArgumentError(`"${name}" is given twice.`);
  return { ...previous, [name]: value };
}
