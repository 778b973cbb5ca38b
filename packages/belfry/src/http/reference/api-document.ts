/** The part of a JSON Schema that the pages show. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  format?: string;
  pattern?: string;
  enum?: unknown[];
  default?: unknown;
  minProperties?: number;
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
  /** The scope that a key must have, none if any will do; empty if no key is needed. */
  security: { bearer: string[] }[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Media };
  responses: Record<string, AnswerDocument>;
}

/** The part of an OpenAPI 3.1 document that the pages show. */
export interface ApiDocument {
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  components: { schemas: Record<string, Schema>; headers: Record<string, Header> };
  paths: Record<string, Record<string, OperationDocument>>;
}
