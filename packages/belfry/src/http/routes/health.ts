import { z } from "@hono/zod-openapi";
import { answerHealth, answerIndex, answerReadiness } from "../health-answers.ts";
import type { Operation } from "../operation.ts";
import { textOf } from "../schemas/field.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "health";
const healthSchema = z
  .object({
    status: z.enum(["ok", "unavailable"]).openapi({ description: "ok with a 200, unavailable with a 503" }),
  })
  .openapi("Health");
const indexSchema = z
  .strictObject({
    name: textOf("what runs here", "belfry"),
    version: textOf("its version", "0.1.0"),
    docs: textOf("where its description is, for people", "/docs"),
    openapi: textOf("where its description is, for programs", "/openapi.json"),
    health: textOf("where it tells whether it is up", "/healthz"),
    ready: textOf("where it tells whether it can be given work", "/readyz"),
  })
  .openapi("Index");

/** Whether the process is up, and whether it can be given work. */
export function healthRoutes({ store }: Pick<RouteDeps, "store">): Operation[] {
  return [
    {
      method: "get",
      path: "/healthz",
      operationId: "getHealth",
      summary: "Tell whether the process is up",
      tag,
      scope: null,
      answers: { 200: { description: "it is", schema: healthSchema } },
      handle: async () => answerHealth(),
    },
    {
      method: "get",
      path: "/readyz",
      operationId: "getReadiness",
      summary: "Tell whether it has started and the store answers",
      tag,
      scope: null,
      answers: {
        200: { description: "both", schema: healthSchema },
        503: {
          description: "not yet, or the store does not",
          schema: healthSchema,
          headers: ["retry-after"],
        },
      },
      handle: () => answerReadiness(store),
    },
  ];
}

/** What stands at the root, for whoever finds the address without the documents. */
export function indexRoute(version: string, links: Readonly<Record<string, string>>): Operation {
  return {
    method: "get",
    path: "/",
    operationId: "getIndex",
    summary: "Name this server and where its description is",
    tag: "about",
    scope: null,
    answers: { 200: { description: "where to go on", schema: indexSchema } },
    handle: async () => answerIndex(version, links),
  };
}
