import type { App } from "./routing.ts";

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  schema: Json;
}

/** An operation as the OpenAPI document tells it, so that a route which is added is in every walk by itself. */
export interface TestedOperation {
  /** `GET /v1/reminders/{id}`. */
  name: string;
  method: string;
  path: string;
  /** Null: it asks for no key; `any`: for one of any scope. */
  scope: string | null;
  /** Names of the parameters that are free texts. */
  pathParameters: string[];
  queryParameters: string[];
  /** A body that it takes; undefined for none. */
  body: unknown;
}

/** Every operation of the document. */
export async function readOperations(app: App): Promise<TestedOperation[]> {
  const document = (await (await app.request("/openapi.json")).json()) as Json;
  const paths = document.paths as Record<string, Record<string, Json>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, told]) => operationOf(document, { path, method, told })),
  );
}

function operationOf(
  document: Json,
  { path, method, told }: { path: string; method: string; told: Json },
): TestedOperation {
  const [security] = told.security as { bearer: string[] }[];
  const parameters = (told.parameters ?? []) as Parameter[];
  const namesIn = (place: Parameter["in"]) =>
    parameters.filter((one) => one.in === place && isFreeText(one.schema)).map(({ name }) => name);
  const body = told.requestBody as { content: Record<string, { schema: Json }> } | undefined;
  const schema = body?.content["application/json"]?.schema;
  return {
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
    scope: security ? (security.bearer[0] ?? "any") : null,
    pathParameters: namesIn("path"),
    queryParameters: namesIn("query"),
    body: schema && sampleOf(document, schema),
  };
}

function isFreeText({ type, enum: values, format }: Json): boolean {
  return type === "string" && values === undefined && format === undefined;
}

/** A value that fits a schema: its example, else what it asks for, else its first field. */
function sampleOf(document: Json, schema: Json): unknown {
  if (schema.$ref !== undefined) return sampleOf(document, componentAt(document, String(schema.$ref)));
  if (schema.example !== undefined) return schema.example;
  if (schema.default !== undefined) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [choice] = (schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) as Json[];
  if (choice) return sampleOf(document, choice);
  if (schema.type === "array") return [sampleOf(document, schema.items as Json)];
  if (schema.type === "object") return objectSampleOf(document, schema);
  return schema.type === "string" ? "a text" : 1;
}

function objectSampleOf(document: Json, schema: Json): Json {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const required = (schema.required ?? []) as string[];
  const needed = properties.filter(([name]) => required.includes(name));
  const chosen = needed.length > 0 ? needed : properties.slice(0, 1);
  return Object.fromEntries(chosen.map(([name, child]) => [name, sampleOf(document, child)]));
}

function componentAt(document: Json, reference: string): Json {
  const parts = reference.replace(/^#\//, "").split("/");
  return parts.reduce<Json>((at, part) => at[part] as Json, document);
}
