import { z } from "@hono/zod-openapi";
import { openApiText } from "../openapi.ts";
import type { Operation } from "../operation.ts";
import { textOf } from "../schemas/field.ts";

const documentSchema = z.object({ openapi: textOf("the version of OpenAPI", "3.1.0") }).loose();

/** The description of all operations, and of itself; made when it is first asked for. */
export function documentRoute(operations: readonly Operation[], version: string): Operation {
  let text: string | undefined;
  const route: Operation = {
    method: "get",
    path: "/openapi.json",
    operationId: "getOpenApi",
    summary: "Describe this API as OpenAPI 3.1",
    tag: "about",
    scope: null,
    answers: { 200: { description: "the document", schema: documentSchema } },
    handle: async () => {
      text ??= openApiText([...operations, route], version);
      return { status: 200, body: text };
    },
  };
  return route;
}
