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
      info: { title: "Belfry", version: "0.0.1" },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    });
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
      for (const response of Object.values(responses)) expect(response.description).toBeTypeOf("string");
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

  test("shows a schedule as a union of its kinds, and never closes an answer to new fields", async () => {
    const { document } = await fetchDocument();
    const schemas = (document.components as { schemas: Record<string, Json> }).schemas;
    expect(schemas.Schedule?.anyOf).toHaveLength(7);
    expect(schemas.Occurrence?.type).toBe("object");
    expect(schemas.Reminder).not.toHaveProperty("additionalProperties");
    expect(schemas.ReminderRequest?.additionalProperties).toBe(false);
  });
});
