import { z } from "@hono/zod-openapi";
import { MOST_REPEATS, REPEAT_EVERY_RANGE, SPREAD_RANGE } from "../../engine/policy.ts";
import { duration, field } from "./field.ts";
import { targetRequestSchema, targetSchema } from "./target.ts";

export const SPREAD =
  "a herd is spread over so long from its due instant on, so that it does not arrive at once";
export const URGENT = "whether it is sent in the recipient's quiet hours too";
export const REPEAT = "rings again until somebody acknowledges it";

const after = field(
  z.int().min(1).max(MOST_REPEATS),
  `a whole number from 1 to ${MOST_REPEATS}, at most repeat.max`,
  "from this repeat on",
);
const every = duration(REPEAT_EVERY_RANGE, "how long after each ring the next one comes", "PT10M");
const max = field(
  z.int().min(1).max(MOST_REPEATS),
  `a whole number from 1 to ${MOST_REPEATS}`,
  "how often, after the first ring",
);

export const spreadSchema = duration(SPREAD_RANGE, SPREAD, "PT10M");
export const urgentSchema = field(z.boolean(), "true or false", `${URGENT}; default false`);

export const repeatRequestSchema = z.strictObject({
  every,
  max,
  escalation: z.strictObject({ after, to: targetRequestSchema }).optional(),
});
export type RepeatBody = z.output<typeof repeatRequestSchema>;

/** The same as the document shows it, in requests and answers. */
export const repeatSchema = z
  .strictObject({
    every,
    max,
    escalation: z
      .strictObject({ after, to: targetSchema.openapi({ description: "where it goes besides" }) })
      .optional()
      .openapi({ description: "whom it goes to besides, if nobody has acknowledged it by then" }),
  })
  .openapi("Repeat", { description: "Rings again until somebody acknowledges it." });
