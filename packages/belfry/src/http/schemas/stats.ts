import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES, type DeliveryState } from "../../domain/delivery.ts";
import { REMINDER_STATES, type ReminderState } from "../../domain/reminder.ts";
import { instantOf } from "./field.ts";

const BY_STATE = "how many there are by state; settled ones as long as the history keeps them";

/** One number for each state. */
function perState<State extends string>(states: readonly State[]) {
  const counts = states.map((state) => [state, z.int().openapi({ description: `how many are ${state}` })]);
  // `fromEntries` forgets which names it was given.
  return z.object(Object.fromEntries(counts) as Record<State, z.ZodInt>);
}

const quantilesSchema = z
  .object({
    p50: z.int().openapi({ description: "half of them are no more than this" }),
    p90: z.int().openapi({ description: "nine in ten are no more than this" }),
    p99: z.int().openapi({ description: "99 in 100 are no more than this" }),
    max: z.int().openapi({ description: "none is more than this" }),
  })
  .openapi("Quantiles", { description: "Whole milliseconds, each to within 5 %." });

const windowSchema = z
  .object({
    window: z
      .enum(["PT5M", "PT1H", "P1D"])
      .openapi({ description: "how far back it reaches, to the whole minute" }),
    delivered: z.int().openapi({ description: "deliveries that were delivered" }),
    dead: z.int().openapi({ description: "deliveries that failed for good or ran out of attempts" }),
    expired: z.int().openapi({ description: "deliveries that became too late" }),
    attempts: z.int().openapi({ description: "attempts that ended" }),
    failedAttempts: z.int().openapi({ description: "those of them that did not deliver" }),
    latenessMs: z
      .union([quantilesSchema, z.null()])
      .openapi({ description: "start of the first attempt minus due; null if there was none" }),
    latencyMs: z
      .union([quantilesSchema, z.null()])
      .openapi({ description: "how long the attempts took; null if there was none" }),
  })
  .openapi("StatsWindow");

/** How things stand with one tenant. */
export const statsSchema = z
  .object({
    at: instantOf("when this was so"),
    reminders: perState<ReminderState>(REMINDER_STATES).openapi({ description: BY_STATE }),
    deliveries: perState<DeliveryState>(DELIVERY_STATES).openapi({ description: BY_STATE }),
    oldestWaitingDue: instantOf(
      "the earliest due instant of what waits; one that is past tells of a backlog or of retries; null if nothing waits",
    ).nullable(),
    windows: z.array(windowSchema).openapi({ description: "what happened lately" }),
    nextHour: z
      .object({
        total: z.int().openapi({ description: "how many occurrences are due in the next 60 minutes" }),
        perMinute: z
          .array(z.int())
          .openapi({ description: "the same by minute, 60 numbers, the next first" }),
      })
      .openapi({ description: "what is to come; of a rule that rests, its next occurrence alone" }),
  })
  .openapi("Stats");
export type StatsResource = z.infer<typeof statsSchema>;
