import { z } from "@hono/zod-openapi";

/** The body of an operation that needs nothing to be said. */
export const emptyRequestSchema = z
  .strictObject({})
  .openapi("EmptyRequest", { description: "Takes no fields: send no body, or `{}`.", example: {} });
