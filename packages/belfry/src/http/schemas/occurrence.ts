import { z } from "@hono/zod-openapi";
import { instantOf, textOf } from "./field.ts";

export const resolutionSchema = z
  .object({
    kind: z.enum(["exact", "gap", "fold", "leap-day"]).openapi({
      description:
        "exact: there was nothing to decide; gap: a clock change skips the time, which moves forward by as much; " +
        "fold: the time comes twice, and the first is meant; leap-day: 29 February in a common year, moved to the " +
        "day that `leapDay` names",
    }),
    note: z.string().optional().openapi({ description: "why, in words; absent when exact" }),
    timeZone: z
      .string()
      .nullable()
      .openapi({ description: "the zone it was read in; null for instants, `in` and `every`" }),
    zoneData: textOf("the version of the zone data", "2026c"),
  })
  .openapi("Resolution", { description: "How a nominal time became an instant." });

export const occurrenceSchema = z
  .object({
    nominal: textOf(
      "what the rule says: the wall clock (with its offset for rules of minutes and hours), or the instant for " +
        "instants, `in` and `every`",
      "2026-12-01T09:00",
    ),
    due: instantOf("the instant at which it is due"),
    resolution: resolutionSchema.openapi({ description: "how the one became the other" }),
  })
  .openapi("Occurrence", { description: "One ring of a rule." });
export type OccurrenceResource = z.infer<typeof occurrenceSchema>;
