import { type Command, InvalidArgumentError } from "commander";
import { collectNamed, scalarOf } from "./named-values.ts";
import type { RecipientInput } from "./resources.ts";

/** What the options of `belfry recipients add` hold. */
export interface RecipientOptions {
  externalId?: string;
  firstName?: string;
  lastName?: string;
  name?: string;
  email?: string;
  sms?: string;
  contact?: Record<string, string>;
  channels?: string[];
  zone?: string;
  locale?: string;
  birthday?: string;
  date?: Record<string, string>;
  quiet?: { from: string; to: string };
  quietDays?: number[];
  tag?: string[];
  attribute?: Record<string, string | number | boolean>;
}

/** Adds the options that say who it is. */
export function addRecipientOptions(command: Command): Command {
  return command
    .optionsGroup("Who:")
    .option("--external-id <id>", "your own id of them")
    .option("--first-name <name>", "given name")
    .option("--last-name <name>", "family name")
    .option("--name <name>", "as they are called, if that is more than first and last name")
    .option("--zone <zone>", "where they live: Europe/Paris; local: the zone of this machine")
    .option("--locale <tag>", "their language: en, pt-BR")
    .option("--birthday <date>", "1990-02-28, or --02-28 without the year: --birthday=--02-28")
    .option("--date <name=date>", "another date; may be repeated", collectNamed("hired=2019-04-01", String))
    .option("--tag <tags>", "tags, joined by commas; may be repeated", collectTags)
    .option(
      "--attribute <name=value>",
      "what you know of them; may be repeated",
      collectNamed("plan=gold", scalarOf),
    )
    .optionsGroup("How they are reached:")
    .option("--email <address>", "an e-mail address")
    .option("--sms <number>", "a phone number with its country: +14155552671")
    .option(
      "--contact <channel=address>",
      "an address on any channel; may be repeated",
      collectNamed("telegram=123456789", String),
    )
    .option("--channels <names>", "the channels that they chose, in their order, joined by commas", readList)
    .option("--quiet <hours>", "when they are not disturbed, on their clocks: 22:00-07:00", readQuietHours)
    .option("--quiet-days <days>", "on which that begins, 1 (Monday) to 7: 1,2,3,4,5", readDays);
}

/** What is given, in the API's terms. */
export function recipientOf(options: RecipientOptions, localZone: string): RecipientInput {
  const { externalId, firstName, lastName, name, zone, locale, channels, tag, attribute } = options;
  const addresses = {
    ...namedIf("email", options.email),
    ...namedIf("sms", options.sms),
    ...options.contact,
  };
  const dates = { ...namedIf("birthday", options.birthday), ...options.date };
  const given = {
    externalId,
    firstName,
    lastName,
    fullName: name,
    addresses: filled(addresses),
    channels,
    timeZone: zone === "local" ? localZone : zone,
    locale,
    dates: filled(dates),
    quietHours: quietHoursOf(options),
    tags: tag,
    attributes: attribute,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function quietHoursOf({ quiet, quietDays }: RecipientOptions): object | undefined {
  if (quiet === undefined && quietDays === undefined) return undefined;
  return { ...quiet, ...(quietDays && { days: quietDays }) };
}

function namedIf(name: string, value: string | undefined): Record<string, string> {
  return value === undefined ? {} : { [name]: value };
}

function filled(values: Record<string, string>): Record<string, string> | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}

function readList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function collectTags(text: string, previous: readonly string[] = []): string[] {
  return [...new Set([...previous, ...readList(text)])];
}

/** `22:00-07:00`. */
export function readQuietHours(text: string): { from: string; to: string } {
  const [, from, to] = /^\s*(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})\s*$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new InvalidArgumentError("Allowed: two times of day with a hyphen between: 22:00-07:00.");
  return { from: from.padStart(5, "0"), to: to.padStart(5, "0") };
}

function readDays(text: string): number[] {
  const days = readList(text).map(Number);
  if (days.length > 0 && days.every((day) => Number.isInteger(day) && day >= 1 && day <= 7)) return days;
  throw new InvalidArgumentError("Allowed: days from 1 (Monday) to 7 (Sunday), joined by commas: 1,2,3,4,5.");
}
