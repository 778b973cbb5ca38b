/** A variable that templates may use: `any` part of it, or the parts that are named. */
type Known = "any" | { readonly [part: string]: Known };

/** A variable of one value, which has no parts. */
const VALUE: Known = {};

/**
 * What templates may use. `recipient.attributes`, `recipient.dates` and `reminder.metadata` hold whatever
 * their owner put there.
 */
export const VARIABLES: { readonly [name: string]: Known } = {
  recipient: {
    id: VALUE,
    externalId: VALUE,
    firstName: VALUE,
    lastName: VALUE,
    fullName: VALUE,
    locale: VALUE,
    timeZone: VALUE,
    tags: "any",
    attributes: "any",
    dates: "any",
  },
  reminder: { id: VALUE, metadata: "any" },
  occurrence: { nominal: VALUE, local: VALUE, date: VALUE, time: VALUE, due: VALUE, number: VALUE },
  age: VALUE,
  events: "any",
  links: { acknowledge: VALUE },
};

/** Parts that every list and text has (liquidjs: `size`, `first`, `last`). */
const OF_EVERYTHING: readonly string[] = ["size", "first", "last"];

/** What is wrong with a variable, or null. */
export interface Unknown {
  /** As far as it is known, and the first part that is not: `recipient.fistName`. */
  name: string;
  /** What could stand there. */
  allowed: string;
}

/** Tells whether there is such a variable. */
export function unknownPart(path: readonly unknown[]): Unknown | null {
  let known: Known = VARIABLES;
  for (const [index, part] of path.entries()) {
    if (known === "any") return null;
    // A part that is computed is known only when it is rendered.
    if (typeof part !== "string") return null;
    if (index > 0 && OF_EVERYTHING.includes(part)) return null;
    const next: Known | undefined = Object.hasOwn(known, part) ? known[part] : undefined;
    if (next === undefined)
      return { name: path.slice(0, index + 1).join("."), allowed: allowedIn(known, path, index) };
    known = next;
  }
  return null;
}

function allowedIn(known: Exclude<Known, "any">, path: readonly unknown[], index: number): string {
  const prefix = path
    .slice(0, index)
    .map((part) => `${String(part)}.`)
    .join("");
  const names = Object.keys(known).map((name) => `${prefix}${name}`);
  return names.length === 0 ? `${path.slice(0, index).join(".")}, which has no parts` : names.join(", ");
}
