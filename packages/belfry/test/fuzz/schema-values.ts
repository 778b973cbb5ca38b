import type { SeededRandom } from "../faults/seeded-random.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type Schema = { [name: string]: Json };

/** What no schema asks for: wrong types, extremes, and texts that break naive code. */
const HOSTILE: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "\u0000",
  "\ud800",
  "\u202e\u0007",
  "a".repeat(10_000),
  "__proto__",
  "constructor",
  "'; DROP TABLE reminders; --",
  "../../etc/passwd",
  "99999-99-99T99:99:99Z",
  "P99999999999Y",
  [],
  {},
  [[[[[]]]]],
  { ["__proto__"]: 1 },
];

const FORMATS: Readonly<Record<string, readonly string[]>> = {
  "date-time": ["2030-12-01T09:00:00Z", "2030-12-01T09:00:00+01:00", "1999-01-01T00:00:00Z"],
  uri: ["http://127.0.0.1:9/", "https://example.com/hook"],
};

const DURATIONS = ["PT5M", "PT0.5S", "P1D", "PT1H30M"];

/** Deeper than this only what is required is filled in. */
const DEEPEST = 6;

/**
 * Makes values that fit the schemas of a document, most of the time: with `mischief` anything may stand in
 * the place of any part.
 */
export class SchemaValues {
  readonly #components: Readonly<Record<string, Schema>>;
  readonly #random: SeededRandom;
  readonly #mischief: number;

  constructor(components: Readonly<Record<string, Schema>>, random: SeededRandom, mischief: number) {
    this.#components = components;
    this.#random = random;
    this.#mischief = mischief;
  }

  /** One of several. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.#random.between(0, items.length)];
    if (item === undefined) throw new Error("Cannot pick: there is nothing to pick from");
    return item;
  }

  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  value(given: Schema, depth = 0): Json {
    if (this.chance(this.#mischief)) return this.pick(HOSTILE);
    const schema = this.#resolved(given);
    const choices = (schema.oneOf ?? schema.anyOf) as Schema[] | undefined;
    if (choices) return this.value(this.pick(choices), depth + 1);
    if (schema.allOf) return this.value((schema.allOf as Schema[])[0] ?? {}, depth + 1);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum) return this.pick(schema.enum as Json[]);
    if (schema.example !== undefined && this.chance(0.7)) return schema.example;
    return this.#ofType(schema, depth);
  }

  #ofType(schema: Schema, depth: number): Json {
    const type = Array.isArray(schema.type) ? this.pick(schema.type) : schema.type;
    switch (type) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#array(schema, depth);
      case "string":
        return this.#text(schema);
      case "integer":
      case "number":
        return this.#random.between(Number(schema.minimum ?? 0), Number(schema.maximum ?? 100) + 1);
      case "boolean":
        return this.chance(0.5);
      case "null":
        return null;
      default:
        return this.pick(HOSTILE);
    }
  }

  #object(schema: Schema, depth: number): Json {
    const properties = (schema.properties ?? {}) as Record<string, Schema>;
    const required = new Set((schema.required ?? []) as string[]);
    const made: Record<string, Json> = {};
    for (const [name, property] of Object.entries(properties)) {
      const isOptional = !required.has(name);
      if (isOptional && (depth > DEEPEST || this.chance(0.5))) continue;
      if (this.chance(this.#mischief)) continue;
      made[name] = this.value(property, depth + 1);
    }
    if (this.chance(this.#mischief)) made[this.pick(["extra", "__proto__", "toString", ""])] = 1;
    return made;
  }

  #array(schema: Schema, depth: number): Json {
    const most = Math.min(Number(schema.maxItems ?? 3), 3);
    const length = this.#random.between(Number(schema.minItems ?? 0), most + 1);
    return Array.from({ length }, () => this.value((schema.items ?? {}) as Schema, depth + 1));
  }

  #text({ format, pattern }: Schema): string {
    const known = typeof format === "string" ? FORMATS[format] : undefined;
    if (known) return this.pick(known);
    if (typeof pattern === "string" && pattern.startsWith("^[Pp]")) return this.pick(DURATIONS);
    // A form of its own mostly is the name of something: what names look like fits best.
    if (pattern !== undefined) return `n${this.#random.between(0, 1_000)}`;
    return this.pick(["text", "9:00", "2030-12-01", "Europe/Paris", "0 9 * * *", "FREQ=DAILY", "é😀"]);
  }

  #resolved(schema: Schema): Schema {
    const reference = schema.$ref;
    if (typeof reference !== "string") return schema;
    const name = reference.split("/").at(-1) ?? "";
    return this.#components[name] ?? {};
  }
}
