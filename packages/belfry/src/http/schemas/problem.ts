import { z } from "@hono/zod-openapi";
import { textOf } from "./field.ts";

/** One thing that is wrong with a request. */
export const fieldErrorSchema = z
  .object({
    path: textOf(
      "JSON Pointer into the body, or the name of a query parameter or header after a slash",
      "/schedule/cron",
    ),
    field: textOf("the last part of the path", "cron"),
    value: z.unknown().optional().openapi({
      description: "what was given, cut to 200 characters, secrets hidden; absent if nothing was",
    }),
    message: textOf("what is wrong, to be read behind the name of the field", "is not a text"),
    allowed: textOf("what would have been right", 'five fields such as "30 8 * * 1-5"'),
  })
  .openapi("FieldError");
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** RFC 9457, with a stable `code`. */
export const problemSchema = z
  .object({
    type: textOf("a URI made of the code", "urn:belfry:problem:invalid_input"),
    title: textOf("what kind of problem it is, for people", "The request is not right"),
    status: z.int().openapi({ description: "the HTTP status of the answer", example: 400 }),
    detail: textOf("what went wrong this time, for people", "Cannot read the reminder: message is missing"),
    code: textOf("stable, for programs", "invalid_input"),
    instance: z.string().optional().openapi({ description: "the request's id, as in `x-request-id`" }),
    errors: z.array(fieldErrorSchema).optional().openapi({
      description: "every field that is wrong, up to 50",
    }),
  })
  .openapi("Problem", { description: "What went wrong, as RFC 9457 tells it." });
export type Problem = z.infer<typeof problemSchema>;
