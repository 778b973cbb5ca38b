import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";
import { reminderFilter } from "./reminder-filter.ts";

export const MAX_BULK_RETRY = 1_000;
const MAX_ERROR = 200;
const RETRIABLE = ["dead", "expired"] as const;

const instant = (purpose: string) =>
  field(
    z.string().min(1).max(64).openapi({ format: "date-time", example: "2026-12-01T09:00:00Z" }),
    "an instant with its offset, such as 2026-12-01T09:00:00Z",
    purpose,
  );

const filterSchema = z.strictObject({
  state: field(
    z.enum(RETRIABLE),
    `one of ${RETRIABLE.join(", ")}`,
    `in which state they are; default ${RETRIABLE[0]}`,
  ).optional(),
  channel: field(
    z.string().min(1).max(64).openapi({ example: "webhook" }),
    "the name of a channel",
    "what carries them",
  ).optional(),
  reminder: reminderFilter("whose deliveries alone are meant"),
  since: instant("those settled then or later").optional(),
  until: instant("those settled earlier").optional(),
  error: field(
    z.string().min(1).max(MAX_ERROR).openapi({ example: "timeout" }),
    `a text of 1 to ${MAX_ERROR} characters`,
    "a part of their `reason`, in any case",
  ).optional(),
});

/** What `POST /v1/deliveries/retry` takes. */
export const bulkRetryRequestSchema = z
  .strictObject({
    filter: field(
      filterSchema,
      `a JSON object with ${Object.keys(filterSchema.shape).join(", ")}`,
      "which are meant; left out, all that are dead",
    ).optional(),
    dryRun: field(z.boolean(), "true or false", "whether only to count them; default false").optional(),
    limit: field(
      z.int().min(1).max(MAX_BULK_RETRY),
      `a whole number from 1 to ${MAX_BULK_RETRY}`,
      `how many are sent again at most, those settled first before the others; default ${MAX_BULK_RETRY}`,
    ).optional(),
  })
  .openapi("BulkRetryRequest", { example: { filter: { error: "timeout" }, dryRun: true } });
export type BulkRetryBody = z.output<typeof bulkRetryRequestSchema>;
export type BulkRetryInput = z.input<typeof bulkRetryRequestSchema>;

export const bulkRetrySchema = z
  .object({
    matched: z.int().openapi({ description: "how many the filter means, counted up to 10,000" }),
    isExact: z.boolean().openapi({ description: "false if there are more than were counted" }),
    retried: z.int().openapi({ description: "how many are sent again; ask again while it equals `limit`" }),
    dryRun: z.boolean().openapi({ description: "whether they were only counted" }),
  })
  .openapi("BulkRetry");
export type BulkRetryResource = z.infer<typeof bulkRetrySchema>;
