import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Call, OpenApi } from "./documented-calls.ts";

/** An answer as it came. */
export interface CallAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

interface Described {
  $ref?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: object }>;
}

/** Holds answers to the document: the status is one of the operation's own, and the body fits its schema. */
export class AnswerCheck {
  readonly #document: OpenApi;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<object, ValidateFunction>();

  constructor(document: OpenApi) {
    this.#document = document;
    // Fields of OpenAPI stand among those of JSON Schema.
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    // The package is CommonJS: what it exports is its `default` here.
    (addFormats as unknown as { default: (ajv: Ajv2020) => void }).default(this.#ajv);
    this.#ajv.addSchema({ $id: "openapi", components: document.components }, "openapi");
  }

  /** What is wrong with an answer; empty if nothing is. */
  faults({ operation }: Call, { status, headers, text }: CallAnswer): string[] {
    const described = this.#resolved(operation.responses[String(status)] as Described | undefined);
    if (status >= 500) return [`the status is ${status}: ${text.slice(0, 300)}`];
    if (!described) return [`the status ${status} is not documented: ${text.slice(0, 300)}`];
    const wrong = typeof headers["x-request-id"] === "string" ? [] : ["there is no x-request-id"];
    if (!described.content)
      return text === "" ? wrong : [...wrong, "there is a body where none is documented"];
    const type = baseType(String(headers["content-type"]));
    const media = Object.entries(described.content).find(([name]) => baseType(name) === type)?.[1];
    if (!media) return [...wrong, `the media type ${type} is not documented`];
    return [...wrong, ...(/json$/.test(type) ? this.#bodyFaults(media.schema, text) : [])];
  }

  #bodyFaults(schema: object, text: string): string[] {
    let validate = this.#validators.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(withAbsoluteReferences(schema));
      this.#validators.set(schema, validate);
    }
    if (validate(JSON.parse(text))) return [];
    return (validate.errors ?? []).slice(0, 5).map((error) => `${error.instancePath} ${error.message}`);
  }

  #resolved(described: Described | undefined): Described | undefined {
    const name = described?.$ref?.split("/").at(-1);
    return name === undefined ? described : (this.#document.components.responses[name] as Described);
  }
}

/** A media type without its parameters. */
function baseType(type: string): string {
  return type.split(";")[0]?.trim() ?? "";
}

function withAbsoluteReferences(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')) as object;
}
