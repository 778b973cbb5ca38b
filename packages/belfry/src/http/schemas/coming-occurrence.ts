import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";
import { occurrenceSchema } from "./occurrence.ts";

const MAX_COMING = 100;
export const DEFAULT_COMING = 10;

/** Why there is an occurrence. */
export const occurrenceKindSchema = z.enum(["rule", "snooze", "trigger", "repeat"]).openapi({
  description:
    "rule: the schedule says so; snooze, trigger: someone asked for it besides; repeat: nobody had acknowledged it",
});

export const comingQuerySchema = z.strictObject({
  count: field(
    z
      .string()
      .regex(/^(?:[1-9]\d?|100)$/)
      .openapi({ type: "integer", minimum: 1, maximum: MAX_COMING, default: DEFAULT_COMING }),
    `a whole number from 1 to ${MAX_COMING}`,
    "how many are shown",
  ).optional(),
});

const comingOccurrenceSchema = occurrenceSchema
  .extend({
    kind: occurrenceKindSchema,
    deliveryId: z.string().nullable().openapi({
      description: "the delivery that waits for it; null until there is one, shortly before it is due",
      example: "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y",
    }),
  })
  .openapi("ComingOccurrence", { description: "One ring to come." });
export type ComingOccurrenceResource = z.infer<typeof comingOccurrenceSchema>;

/** What a reminder will ring next. */
export const comingOccurrencesSchema = z
  .object({
    occurrences: z.array(comingOccurrenceSchema).openapi({
      description: "soonest first: what waits, then what the rule rings next; not what is skipped or sent",
    }),
  })
  .openapi("ComingOccurrences");
export type ComingOccurrencesResource = z.infer<typeof comingOccurrencesSchema>;
