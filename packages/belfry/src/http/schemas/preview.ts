import { z } from "@hono/zod-openapi";
import { field, textOf } from "./field.ts";
import { occurrenceSchema } from "./occurrence.ts";
import { anySchedule, scheduleSchema } from "./schedule.ts";

export const MAX_PREVIEW_COUNT = 1000;
export const DEFAULT_PREVIEW_COUNT = 10;

/** What `POST /v1/schedules/preview` takes. */
export const previewRequestSchema = z.strictObject({
  schedule: anySchedule,
  timeZone: field(
    z.string().max(64).openapi({ example: "Europe/Paris" }),
    "an IANA time zone",
    "the zone of a floating rule; the schedule's own wins; left out, the tenant's",
  ).optional(),
  after: field(
    z.string().max(64).openapi({ format: "date-time" }),
    "an instant such as 2026-12-01T09:00:00Z",
    "what comes after it is shown, itself not; it may be past; left out, now",
  ).optional(),
  count: field(
    z.int().min(1).max(MAX_PREVIEW_COUNT),
    `a whole number from 1 to ${MAX_PREVIEW_COUNT}`,
    `how many occurrences to show; default ${DEFAULT_PREVIEW_COUNT}`,
  ).optional(),
});

/** The same as the document shows it. */
export const previewRequestDocument = previewRequestSchema
  .extend({ schedule: scheduleSchema.openapi({ description: "the schedule to be tried" }) })
  .openapi("PreviewRequest", { example: { schedule: { cron: "30 8 * * 1-5" }, count: 3 } });
export type PreviewRequestInput = z.input<typeof previewRequestDocument>;

export const previewSchema = z
  .object({
    occurrences: z.array(occurrenceSchema).openapi({ description: "in the order of their instants" }),
    text: textOf("the rule in words", "every weekday at 08:30, Europe/Paris"),
  })
  .openapi("Preview");
export type PreviewResource = z.infer<typeof previewSchema>;
