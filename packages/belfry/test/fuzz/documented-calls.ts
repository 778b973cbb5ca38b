import type { SeededRandom } from "../faults/seeded-random.ts";
import { type Json, type Schema, SchemaValues } from "./schema-values.ts";

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses: Record<string, unknown> };
}

/** One request, and the operation that it is of. */
export interface Call {
  path: string;
  method: string;
  operation: Operation;
  url: string;
  headers: Record<string, string>;
  body: string | null;
}

/** How often a part of a call is not what the document asks for. */
const MISCHIEF = 0.06;
const MOST_KNOWN = 200;

/** Makes calls from an OpenAPI document, most of them nearly right, about things that earlier ones made. */
export class DocumentedCalls {
  readonly #operations: { path: string; method: string; operation: Operation }[];
  readonly #values: SchemaValues;
  readonly #random: SeededRandom;
  /** Ids and names that answers gave. */
  readonly #known: string[] = [];

  constructor(document: OpenApi, random: SeededRandom) {
    this.#random = random;
    this.#values = new SchemaValues(document.components.schemas, random, MISCHIEF);
    this.#operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
  }

  next(): Call {
    const { path, method, operation } = this.#values.pick(this.#operations);
    const parameters = operation.parameters ?? [];
    const text = this.#body(operation);
    return {
      path,
      method,
      operation,
      url: this.#path(path) + this.#query(parameters.filter((one) => one.in === "query")),
      headers: {
        ...this.#headers(parameters),
        ...(text === null ? {} : { "content-type": "application/json" }),
      },
      body: text,
    };
  }

  /** Later calls are about what this answer names. */
  learn(answer: Json): void {
    if (typeof answer !== "object" || answer === null) return;
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === "object") this.learn(value);
      else if (typeof value === "string" && /^(id|name|nominal|nextCursor)$|Id$/.test(name))
        this.#keep(value);
    }
  }

  #keep(value: string): void {
    if (this.#known.length < MOST_KNOWN) this.#known.push(value);
    else this.#known[this.#random.between(0, MOST_KNOWN)] = value;
  }

  #path(template: string): string {
    return template.replace(/\{\w+\}/g, () => {
      const isKnown = this.#known.length > 0 && this.#values.chance(0.85);
      return encodeURIComponent(isKnown ? this.#values.pick(this.#known) : this.#anyText());
    });
  }

  #query(parameters: readonly Parameter[]): string {
    const query = new URLSearchParams();
    for (const { name, schema } of parameters) {
      if (this.#values.chance(0.6)) continue;
      const isKnown = this.#known.length > 0 && this.#values.chance(0.3);
      query.append(name, isKnown ? this.#values.pick(this.#known) : String(this.#values.value(schema)));
    }
    if (this.#values.chance(MISCHIEF)) query.append("extra", "1");
    return query.size === 0 ? "" : `?${query}`;
  }

  #headers(parameters: readonly Parameter[]): Record<string, string> {
    const headers: Record<string, string> = {};
    for (const { name, in: place, schema } of parameters) {
      if (place !== "header" || this.#values.chance(0.5)) continue;
      const text = String(this.#values.value(schema));
      // Others the client itself refuses to send.
      headers[name] = text.replace(/[^\x21-\x7e]/g, "?").slice(0, 200) || '"1"';
    }
    return headers;
  }

  #body({ requestBody }: Operation): string | null {
    const schema = requestBody?.content["application/json"]?.schema;
    if (!schema || this.#values.chance(MISCHIEF)) return null;
    const text = JSON.stringify(this.#values.value(schema));
    return this.#values.chance(0.02) ? text.slice(0, -1) : text;
  }

  #anyText(): string {
    return (
      String(this.#values.value({ type: "string" }))
        .toWellFormed()
        .slice(0, 300) || "x"
    );
  }
}
