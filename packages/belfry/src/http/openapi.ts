import { OpenAPIHono } from "@hono/zod-openapi";
import { type Operation, routeOf } from "./operation.ts";

const DESCRIPTION =
  "Belfry delivers messages when they are due: once, on time, through crashes. Instants are ISO 8601 in UTC; " +
  "errors are RFC 9457 problems with a stable `code`; `Idempotency-Key` is understood on every POST.";

/** The OpenAPI 3.1 document, as JSON, of the same schemas that requests are checked against. */
export function openApiText(operations: readonly Operation[], version: string): string {
  const { openAPIRegistry, getOpenAPI31Document } = new OpenAPIHono();
  openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  for (const operation of operations) openAPIRegistry.registerPath(routeOf(operation));
  const document = getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Belfry", version, description: DESCRIPTION, license: { name: "MIT" } },
    servers: [{ url: "/" }],
    tags: tagsOf(operations),
  });
  return JSON.stringify(document);
}

function tagsOf(operations: readonly Operation[]): { name: string }[] {
  return [...new Set(operations.map((operation) => operation.tag))].map((name) => ({ name }));
}
