import { z } from "@hono/zod-openapi";
import { CATCH_UPS } from "../../domain/reminder.ts";
import { field } from "./field.ts";

const MAX_NOMINAL = 64;

/** What `POST /v1/reminders/{id}/resume` takes. */
export const resumeRequestSchema = z
  .strictObject({
    missed: field(
      z.enum(CATCH_UPS),
      `one of ${CATCH_UPS.join(", ")}`,
      "which occurrences that fell into the pause are sent now; left out, as the reminder's `catchUp` says",
    ).optional(),
  })
  .openapi("ResumeRequest", { example: { missed: "none" } });
export type ResumeInput = z.input<typeof resumeRequestSchema>;

/** What `POST /v1/reminders/{id}/skip` takes. */
export const skipRequestSchema = z
  .strictObject({
    occurrence: field(
      z.string().min(1).max(MAX_NOMINAL).openapi({ example: "2026-12-01T09:00" }),
      "the nominal time of an occurrence to come, as the reminder's occurrences show it",
      "which occurrence is left out, however far ahead, also by its instant or the wall clock in the rule's zone; " +
        "left out, the next one",
    ).optional(),
  })
  .openapi("SkipRequest", { example: {} });
export type SkipInput = z.input<typeof skipRequestSchema>;
