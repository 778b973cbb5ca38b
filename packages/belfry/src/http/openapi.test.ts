import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { createApiRig } from "./app-fixture.ts";

type Json = Record<string, unknown>;

async function fetchDocument() {
  const { send, app } = await createApiRig();
  const { status, body } = await send({ path: "/openapi.json", key: null });
  expect(status).toBe(200);
  return { document: body, app };
}

function operationsOf(document: Json): [path: string, method: string, operation: Json][] {
  return Object.entries(document.paths as Record<string, Record<string, Json>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Json] => [path, method, operation]),
  );
}

function refsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => (key === "$ref" ? [String(child)] : refsIn(child)));
}

function resolve(document: Json, ref: string): unknown {
  const parts = ref.replace(/^#\//, "").split("/");
  return parts.reduce<unknown>((at, part) => (at as Json | undefined)?.[part], document);
}

describe("GET /openapi.json", () => {
  test("is OpenAPI 3.1 with a title, a version and bearer keys", async () => {
    const { document } = await fetchDocument();
    expect(document).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Belfry", version: "0.0.1", license: { name: "MIT", identifier: "MIT" } },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    });
  });

  test("is what the schema of OpenAPI 3.1 asks for", async () => {
    const { document } = await fetchDocument();
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect(errors).toBeUndefined();
    expect({ valid, version: validator.version }).toEqual({ valid: true, version: "3.1" });
    const { info: _, ...broken } = document;
    expect((await validator.validate(broken)).valid).toBe(false);
  });

  test("holds every route of the app, and no other", async () => {
    const { document, app } = await fetchDocument();
    const told = operationsOf(document).map(([path, method]) => `${method.toUpperCase()} ${path}`);
    const mounted = app.routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);
    expect(told.sort()).toEqual(mounted.sort());
  });

  test("resolves every $ref", async () => {
    const { document } = await fetchDocument();
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(30);
    for (const ref of refs) expect(resolve(document, ref), ref).toBeTypeOf("object");
  });

  test("gives each operation an id of its own, a summary, answers, and its path's parameters", async () => {
    const { document } = await fetchDocument();
    const operations = operationsOf(document);
    const ids = operations.map(([, , operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, method, operation] of operations) {
      expect(operation, path).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
      const responses = operation.responses as Record<string, Json>;
      expect(responses.default).toMatchObject({ content: { "application/problem+json": {} } });
      expect(Object.keys(responses).some((status) => status.startsWith("2"))).toBe(true);
      for (const answer of Object.values(responses)) {
        const response = (
          answer.$ref === undefined ? answer : resolve(document, String(answer.$ref))
        ) as Json;
        expect(response).toMatchObject({
          description: expect.any(String),
          headers: { "x-request-id": expect.anything() },
        });
      }
      const parameters = (operation.parameters ?? []) as {
        in: string;
        name: string;
        required?: boolean;
      }[];
      const inPath = parameters.filter((parameter) => parameter.in === "path");
      expect(inPath.map((parameter) => `{${parameter.name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
      expect(inPath.every((parameter) => parameter.required)).toBe(true);
      expect(parameters.some((parameter) => parameter.name === "Idempotency-Key")).toBe(method === "post");
    }
  });

  test("names If-Match, its refusal and the tag where a change may be conditional", async () => {
    const { document } = await fetchDocument();
    const conditional = operationsOf(document).filter(([, , { parameters = [] }]) =>
      (parameters as Json[]).some(({ name }) => name === "If-Match"),
    );
    expect(conditional.map(([path, method]) => `${method} ${path}`).sort()).toEqual([
      "delete /v1/calendar-events/{id}",
      ...["delete /v1/endpoints/{name}", "delete /v1/recipients/{id}", "delete /v1/reminders/{id}"],
      ...[
        "patch /v1/calendar-events/{id}",
        "patch /v1/campaigns/{id}",
        "patch /v1/endpoints/{name}",
        "patch /v1/recipients/{id}",
        "patch /v1/reminders/{id}",
        "patch /v1/tenants/{id}",
      ],
      ...["pause", "resume", "stop", "trigger"].map((name) => `post /v1/campaigns/{id}/${name}`),
      ...["pause", "resume", "skip"].map((name) => `post /v1/reminders/{id}/${name}`),
      "put /v1/calendar-events/{id}",
      "put /v1/recipients/{id}",
    ]);
    for (const [path, , { responses }] of conditional) {
      const { 412: refused, 200: changed } = responses as Record<string, Json>;
      expect(refused, path).toEqual({ $ref: "#/components/responses/precondition_failed" });
      if (changed) expect(changed.headers).toHaveProperty("etag");
    }
  });

  test("takes every PATCH as a merge patch too, and tells of answers that are no JSON", async () => {
    const { document } = await fetchDocument();
    for (const [path, method, { requestBody }] of operationsOf(document)) {
      if (method !== "patch") continue;
      const types = Object.keys((requestBody as { content: Json }).content);
      expect(types, path).toEqual(["application/json", "application/merge-patch+json"]);
    }
    const paths = document.paths as Record<string, Record<string, Json>>;
    const typesOf = (path: string) => {
      const responses = (paths[path]?.get?.responses ?? {}) as Record<string, { content?: Json }>;
      return Object.keys(responses["200"]?.content ?? {});
    };
    expect(typesOf("/v1/events")).toEqual(["application/json", "text/event-stream"]);
    expect(typesOf("/docs")).toEqual(["text/html"]);
  });

  test("holds only schemas of JSON Schema 2020-12, as OpenAPI 3.1 asks", async () => {
    const { document } = await fetchDocument();
    const schemas = Object.entries((document.components as Record<string, Json>).schemas as Json);
    const parts = schemas.flatMap(([name, schema]) => partsOf(name, schema as Json));
    expect(parts.length).toBeGreaterThan(250);
    const wrong = parts.filter(([, part]) => !isSchema(part)).map(([name]) => name);
    expect(wrong).toEqual([]);
  });

  test("shows a schedule as a union of its kinds, and never closes an answer to new fields", async () => {
    const { document } = await fetchDocument();
    const schemas = (document.components as { schemas: Record<string, Json> }).schemas;
    expect(schemas.Schedule?.anyOf).toHaveLength(7);
    expect(schemas.Occurrence?.type).toBe("object");
    expect(schemas.Reminder).not.toHaveProperty("additionalProperties");
    expect(schemas.ReminderRequest?.additionalProperties).toBe(false);
  });

  test("describes every tag, parameter, header and field", async () => {
    const { document } = await fetchDocument();
    const { components, tags } = document as {
      components: Record<string, Record<string, Json>>;
      tags: Json[];
    };
    const parameters = operationsOf(document).flatMap(
      ([, , operation]) => (operation.parameters ?? []) as Json[],
    );
    const named = Object.entries({ ...components.schemas, ...components.headers }).flatMap(([name, schema]) =>
      fieldsIn(name, schema),
    );
    const headers = Object.entries(components.headers ?? {});
    const told = [
      ...named,
      ...headers,
      ...tags.map((tag): [string, Json] => [String(tag.name), tag]),
      ...parameters.map((parameter): [string, Json] => [String(parameter.name), parameter]),
    ];
    expect(told.length).toBeGreaterThan(120);
    expect(told.filter(([, one]) => typeof one.description !== "string").map(([name]) => name)).toEqual([]);
  });

  test("says the defaults that a reminder gets when all is left out", async () => {
    const { document } = await fetchDocument();
    const { send } = await createApiRig();
    const body = { schedule: { cron: "0 9 * * *" }, to: { channel: "inbox" }, message: "Ring" };
    const { body: made } = await send({ method: "POST", path: "/v1/reminders", body });
    const schemas = (document.components as { schemas: Record<string, { properties: Record<string, Json> }> })
      .schemas;
    const request = schemas.ReminderRequest?.properties;
    const retry = schemas.RetryPolicy?.properties;
    expect(request?.catchUp?.description).toContain(`default ${made.catchUp}`);
    expect(request?.inDoubt?.description).toContain(`default ${made.inDoubt}`);
    expect(request?.usefulFor?.description).toContain(`else ${made.usefulFor}`);
    const { maxAttempts, initial, max, jitter } = made.retry as Json;
    expect(retry?.maxAttempts?.description).toContain(`default ${maxAttempts}`);
    expect(retry?.initial?.description).toContain(`default ${initial}`);
    expect(retry?.max?.description).toContain(`default ${max}`);
    expect(retry?.jitter?.description).toContain(`default ${jitter}`);
  });

  test("has no default in a body: clients made of it would ask for each such field", async () => {
    const { document } = await fetchDocument();
    const schemas = Object.entries((document.components as Record<string, Json>).schemas as Json);
    const parts = schemas.flatMap(([name, schema]) => partsOf(name, schema as Json));
    expect(parts.filter(([, part]) => "default" in part).map(([name]) => name)).toEqual([]);
  });

  test("names no component that nothing refers to", async () => {
    const { document } = await fetchDocument();
    const refs = new Set(refsIn(document));
    const { securitySchemes: _, ...components } = document.components as Record<string, Json>;
    const named = Object.entries(components).flatMap(([kind, some]) =>
      Object.keys(some).map((name) => `#/components/${kind}/${name}`),
    );
    expect(named.filter((name) => !refs.has(name))).toEqual([]);
  });

  test("names the scope of a key, the codes of problems and the headers where they may come", async () => {
    const { document } = await fetchDocument();
    const paths = document.paths as Record<string, Record<string, Json>>;
    const create = paths["/v1/reminders"]?.post as Json & { responses: Record<string, Json> };
    expect(create.security).toEqual([{ bearer: ["write"] }]);
    expect(Object.keys(create.responses)).toEqual([
      ...["201", "400", "401", "403", "408", "409", "413", "415", "422", "429", "431", "500", "503"],
      "default",
    ]);
    expect(create.responses["201"]?.headers).toHaveProperty("location");
    expect(create.responses["201"]?.headers).toHaveProperty("idempotency-replayed");
    expect(create.responses["201"]?.headers).toHaveProperty("ratelimit-policy");
    const current = paths["/v1/keys/current"]?.get as Json & { responses: Record<string, Json> };
    expect(current.security).toEqual([{ bearer: [] }]);
    expect(Object.keys(current.responses)).not.toContain("403");
    expect(paths["/v1/tenants"]?.post?.security).toEqual([{ bearer: ["admin"] }]);
    expect(paths["/healthz"]?.get?.security).toEqual([]);
    const preview = paths["/v1/schedules/preview"]?.post as Json & { responses: Record<string, Json> };
    expect(preview.security).toEqual([{ bearer: ["read"] }]);
    expect(Object.keys(preview.responses)).not.toContain("422");
    expect(paths["/v1/inbox"]?.get).toMatchObject({ responses: { 200: { headers: { link: {} } } } });
  });
});

/** Every field of a schema and of what stands in it, by its path. */
function fieldsIn(name: string, schema: Json): [string, Json][] {
  const own = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const parts = [schema.items, ...((schema.anyOf ?? schema.allOf ?? []) as Json[])].filter(
    (part) => part !== undefined,
  ) as Json[];
  return [
    ...own.flatMap(([field, child]): [string, Json][] => [
      [`${name}.${field}`, child],
      ...fieldsIn(`${name}.${field}`, child),
    ]),
    ...parts.flatMap((part) => fieldsIn(name, part)),
  ];
}

const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];

/** Whether the words of a schema have the meaning that they have since 3.1; `nullable` has none. */
function isSchema({ type, enum: values, required, properties, ...rest }: Json): boolean {
  const types = type === undefined ? [] : [type].flat();
  const names = Object.keys((properties ?? {}) as Json);
  return (
    types.every((one) => TYPES.includes(String(one))) &&
    (values === undefined || (Array.isArray(values) && values.length > 0)) &&
    ((required ?? []) as string[]).every((name) => names.includes(name)) &&
    !("nullable" in rest) &&
    ["exclusiveMinimum", "exclusiveMaximum"].every((word) => typeof rest[word] !== "boolean")
  );
}

/** A schema and all that stand in it, by their paths. */
function partsOf(name: string, schema: Json): [string, Json][] {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const lists = ["anyOf", "allOf", "oneOf"].flatMap((word) => (schema[word] ?? []) as Json[]);
  const single = [schema.items, schema.additionalProperties].filter((part) => typeof part === "object");
  return [
    [name, schema],
    ...fields.flatMap(([field, child]) => partsOf(`${name}.${field}`, child)),
    ...[...lists, ...(single as Json[])].flatMap((part) => partsOf(name, part)),
  ];
}
