import { z } from "@hono/zod-openapi";
import { duration, field } from "./field.ts";

/** How far ahead something may be snoozed. */
export const SNOOZE_RANGE = { least: "PT1S", most: "P366D" };

/** What snoozing takes: one of the two, which is checked apart, so that errors name the field. */
export const snoozeRequestSchema = z
  .strictObject({
    for: duration(SNOOZE_RANGE, "how long from now", "PT10M").optional(),
    until: field(
      z.string().min(1).max(64).openapi({ format: "date-time", example: "2026-12-01T09:00:00Z" }),
      `an instant to come with its offset, at most ${SNOOZE_RANGE.most} ahead`,
      "when it rings",
    ).optional(),
  })
  .openapi("SnoozeRequest", {
    description: "Give `for` or `until`, one of the two.",
    example: { for: "PT10M" },
  });
export type SnoozeInput = z.input<typeof snoozeRequestSchema>;
