import { z } from "@hono/zod-openapi";

/** One thing that is wrong with a request. */
export const fieldErrorSchema = z
  .object({
    path: z.string().openapi({
      description: "JSON Pointer into the body, or the name of a query parameter or header after a slash",
      example: "/schedule/cron",
    }),
    field: z.string().openapi({ description: "the last part of the path", example: "cron" }),
    value: z.unknown().optional().openapi({
      description: "what was given, cut to 200 characters, secrets hidden; absent if nothing was",
    }),
    message: z.string().openapi({ example: "is not a cron expression" }),
    allowed: z.string().openapi({ description: "what would have been right" }),
  })
  .openapi("FieldError");
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** RFC 9457, with a stable `code`. */
export const problemSchema = z
  .object({
    type: z.string().openapi({ example: "urn:belfry:problem:invalid_input" }),
    title: z.string().openapi({ example: "The request is not right" }),
    status: z.int().openapi({ example: 400 }),
    detail: z.string(),
    code: z.string().openapi({ description: "stable, for programs", example: "invalid_input" }),
    instance: z.string().optional().openapi({ description: "the request's id, as in `x-request-id`" }),
    errors: z.array(fieldErrorSchema).optional().openapi({ description: "every field that is wrong" }),
  })
  .openapi("Problem");
export type Problem = z.infer<typeof problemSchema>;
