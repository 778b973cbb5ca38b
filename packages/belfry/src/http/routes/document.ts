import { z } from "@hono/zod-openapi";
import type { Operation } from "../operation.ts";
import { textOf } from "../schemas/field.ts";

const documentSchema = z.object({ openapi: textOf("the version of OpenAPI", "3.1.0") }).loose();

/** The description of all operations, for programs. */
export function documentRoute(documentText: () => string): Operation {
  return {
    method: "get",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "Describe this API as OpenAPI 3.1",
    tag: "about",
    scope: null,
    answers: { 200: { description: "the document", schema: documentSchema } },
    handle: async () => ({ status: 200, body: documentText() }),
  };
}
