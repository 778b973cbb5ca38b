import { VERSION } from "../../packages/belfry/src/config/version.ts";
import { createApp } from "../../packages/belfry/src/http/app.ts";

/** The part of a JSON Schema that the pages show. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  enum?: unknown[];
  default?: unknown;
  example?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Schema;
}

export interface Header {
  description: string;
}

type Media = Record<string, { schema: Schema }>;

export interface AnswerDocument {
  $ref?: string;
  description: string;
  headers?: Record<string, unknown>;
  content?: Media;
}

export interface OperationDocument {
  operationId: string;
  summary: string;
  tags: string[];
  /** The scope that a key must have; empty if no key is needed. */
  security: { bearer: string[] }[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Media };
  responses: Record<string, AnswerDocument>;
}

/** The part of an OpenAPI 3.1 document that the pages show. */
export interface ApiDocument {
  info: { description: string };
  tags: { name: string; description: string }[];
  components: { schemas: Record<string, Schema>; headers: Record<string, Header> };
  paths: Record<string, Record<string, OperationDocument>>;
}

/** The document that the server gives at `/openapi.json`, without a server. */
export async function readDocument(): Promise<ApiDocument> {
  const app = createApp({
    engine: absent("engine"),
    store: absent("store"),
    clock: absent("clock"),
    log: absent("log"),
    ids: { next: (prefix) => `${prefix}_reference` },
    tenantOf: (id) => ({ id, timeZone: "UTC" }),
    version: VERSION,
  });
  const response = await app.request("/openapi.json");
  return (await response.json()) as ApiDocument;
}

/** Stands for what a description of the API never uses, and says so if it is used after all. */
function absent<Part extends object>(name: string): Part {
  const refuse = (): never => {
    throw new Error(`Cannot describe the API: it asked for the ${name}`);
  };
  return new Proxy({} as Part, { get: refuse });
}
