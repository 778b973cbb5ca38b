import { OpenAPIHono, type z } from "@hono/zod-openapi";
import type { Operation } from "./operation.ts";
import { problemsOf, routeOf } from "./operation-document.ts";
import { SHARED_PROBLEMS } from "./problem-answers.ts";
import { RESPONSE_HEADERS } from "./response-headers.ts";
import { contentSchema } from "./schemas/content.ts";
import { occurrenceSchema, resolutionSchema } from "./schemas/occurrence.ts";
import { problemSchema } from "./schemas/problem.ts";
import { reminderSchema } from "./schemas/reminder.ts";
import { retryPolicySchema } from "./schemas/reminder-request.ts";
import { scheduleSchema } from "./schemas/schedule.ts";
import { targetSchema } from "./schemas/target.ts";
import { TAGS } from "./tags.ts";

const DESCRIPTION =
  "Belfry delivers messages when they are due: once, on time, through crashes. Instants are ISO 8601 in UTC; " +
  "durations are ISO 8601, and their seconds may have a fraction; errors are RFC 9457 problems with a stable " +
  "`code`; `Idempotency-Key` is understood on every POST.";
const BEARER =
  "An API key. Operations name the scope that the key must have: `read` reads and previews, `write` changes, " +
  "`admin` is both and manages keys; an admin key of the installation's own tenant manages tenants.";

/** Its name in SPDX, which the types do not know yet. */
const LICENSE = { name: "MIT", identifier: "MIT" };

/** Named before they are used: otherwise the first field that holds one would give it its own description. */
const COMPONENTS: Readonly<Record<string, z.ZodType>> = {
  Schedule: scheduleSchema,
  Target: targetSchema,
  Content: contentSchema,
  RetryPolicy: retryPolicySchema,
  Resolution: resolutionSchema,
  Occurrence: occurrenceSchema,
  Reminder: reminderSchema,
  Problem: problemSchema,
};

/** The OpenAPI 3.1 document, as JSON, of the same schemas that requests are checked against. */
export function openApiText(operations: readonly Operation[], version: string): string {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: BEARER,
  });
  for (const [name, header] of Object.entries(RESPONSE_HEADERS))
    openAPIRegistry.registerComponent("headers", name, header);
  const given = new Set<string>(operations.flatMap(problemsOf));
  for (const [code, answer] of Object.entries(SHARED_PROBLEMS))
    if (given.has(code)) openAPIRegistry.registerComponent("responses", code, answer);
  for (const [name, schema] of Object.entries(COMPONENTS)) openAPIRegistry.register(name, schema);
  for (const operation of operations) openAPIRegistry.registerPath(routeOf(operation));
  const document = getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Belfry", version, description: DESCRIPTION, license: LICENSE },
    servers: [{ url: "/" }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
  return JSON.stringify(document, withPlainReferences);
}

/** The generator wraps a reference to describe it; since 3.1 the description may stand beside. */
function withPlainReferences(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("allOf" in value)) return value;
  const { allOf, ...beside } = value;
  if (!Array.isArray(allOf) || allOf.length !== 2) return value;
  const [reference, more] = allOf;
  const isDescription = Object.keys(more).every((name) => name === "description");
  return isDescription ? { ...beside, ...reference, ...more } : value;
}
