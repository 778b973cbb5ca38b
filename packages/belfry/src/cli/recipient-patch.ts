import { InvalidArgumentError, Option } from "commander";
import { usageFailure } from "./exit-code.ts";
import { type RecipientOptions, recipientOf } from "./recipient-options.ts";
import type { RecipientPatch } from "./resources.ts";

/** Fields of a recipient by the names of the options that fill them. */
const FIELDS: Readonly<Record<string, string>> = {
  "external-id": "externalId",
  "first-name": "firstName",
  "last-name": "lastName",
  name: "fullName",
  zone: "timeZone",
  locale: "locale",
  quiet: "quietHours",
  channels: "channels",
  tags: "tags",
  addresses: "addresses",
  dates: "dates",
  attributes: "attributes",
};
/** Parts of what has many: `addresses.sms`. */
const PART = /^(addresses|dates|attributes)\.(.+)$/;
const ALLOWED = `${Object.keys(FIELDS).join(", ")}, or one of many such as addresses.sms, dates.birthday, attributes.plan`;

export type RecipientEditOptions = RecipientOptions & { clear?: readonly string[] };

/** `--clear`. */
export function clearOption(): Option {
  return new Option("--clear <names>", `what to take away, joined by commas: ${ALLOWED}`).argParser(
    (text) => {
      const names = text.split(",").map((name) => name.trim());
      if (names.every((name) => Object.hasOwn(FIELDS, name) || PART.test(name))) return names;
      throw new InvalidArgumentError(`Allowed: ${ALLOWED}; joined by commas.`);
    },
  );
}

/**
 * What is to change, as a merge patch.
 *
 * @throws CommandFailure if nothing is, or if something is both given and taken away
 */
export function recipientPatchOf(options: RecipientEditOptions, localZone: string): RecipientPatch {
  const patch = new Map<string, unknown>(Object.entries(recipientOf(options, localZone)));
  for (const name of options.clear ?? []) {
    const [, whole = FIELDS[name] ?? name, part] = PART.exec(name) ?? [];
    const given = patch.get(whole);
    const isGiven = part === undefined ? given !== undefined : isObject(given) && Object.hasOwn(given, part);
    if (isGiven && !(isObject(given) && part !== undefined && given[part] === null))
      throw usageFailure(`${name} is both given and cleared; give one of the two`);
    patch.set(whole, part === undefined ? null : { ...(isObject(given) ? given : {}), [part]: null });
  }
  if (patch.size === 0) throw usageFailure("say what to change, such as --zone, --email, --tag or --clear");
  return Object.fromEntries(patch);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
