import { z } from "@hono/zod-openapi";
import { DELIVERY_STATES } from "../../domain/delivery.ts";
import { ANSWERS, FATES, OUTLOOKS } from "../../domain/explanation.ts";
import { REMINDER_STATES } from "../../domain/reminder.ts";
import { acknowledgementSchema } from "./acknowledgement.ts";
import { occurrenceKindSchema } from "./coming-occurrence.ts";
import { attemptSchema } from "./delivery.ts";
import { field, instantOf, textOf } from "./field.ts";
import { occurrenceSchema } from "./occurrence.ts";

const DELIVERY = "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y";
const REMINDER = "rem_01k9yz3t5v8m6n4q2r7s1w0xab";
const SENTENCES = "the same in plain sentences, one a line";

export const explainQuerySchema = z.strictObject({
  occurrence: field(
    z.string().min(1).max(512).openapi({ example: "2026-12-01T09:00" }),
    "the nominal time of an occurrence, its instant, or the wall clock in the rule's zone",
    "which occurrence is explained besides",
  ).optional(),
});

const ruleSchema = z.object({
  text: textOf("when it rings, in words", "every weekday at 08:30, Europe/Paris"),
  timeZone: z
    .string()
    .nullable()
    .openapi({ description: "the zone it is read in; null for instants, `in` and `every`" }),
  zoneOf: z
    .enum(["rule", "recipient", "tenant"])
    .nullable()
    .openapi({ description: "whose zone that is; null if there is none" }),
  zoneData: textOf("the version of the zone data now", "2026c"),
});

const recipientSchema = z
  .object({
    id: textOf("their id", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    isDeleted: z.boolean().openapi({ description: "whether they were deleted" }),
    epoch: z.int().nullable().openapi({
      description:
        "counts the changes of them that move plans: zone, dates, addresses, channels, quiet hours; null: deleted",
    }),
    plannedEpoch: z
      .int()
      .openapi({ description: "theirs when this was planned; it is not sent while that is older" }),
    timeZone: z.string().nullable().openapi({ description: "their zone; null: the tenant's" }),
    quietHours: z
      .object({
        from: textOf("when they begin, on the recipient's clocks", "22:00"),
        to: textOf("the first moment that is no longer quiet", "07:00"),
        days: z
          .array(z.int())
          .optional()
          .openapi({ description: "days on which they begin, 1 (Monday) to 7 (Sunday); absent: every day" }),
      })
      .nullable()
      .openapi({ description: "when they are not to be disturbed; null: never" }),
  })
  .openapi("RecipientExplained");

const occurrenceExplainedSchema = occurrenceSchema
  .extend({
    kind: occurrenceKindSchema,
    local: z
      .object({
        time: textOf("the wall clock at its due instant", "2026-12-01T09:00"),
        timeZone: textOf("that zone", "Europe/Paris"),
      })
      .openapi({ description: "where it goes" }),
    dueNow: instantOf(
      "the instant that rule, zone and zone data of now give it; null if that is the same, or not known",
    ).nullable(),
  })
  .openapi("OccurrenceExplained");

const comingExplainedSchema = occurrenceExplainedSchema
  .extend({
    deliveryId: z
      .string()
      .nullable()
      .openapi({ description: "the delivery that waits for it, if there is one yet" }),
    sendAt: instantOf("when it is to go out: at due, or later by spread and quiet hours"),
    delays: z.array(z.string()).openapi({ description: "why later than due, in words; empty if it is not" }),
    expiresAt: instantOf("from then on it is no longer worth sending"),
    expires: z.boolean().openapi({ description: "whether it expires before it could go out" }),
  })
  .openapi("ComingExplained");

const pastSchema = z.object({
  id: textOf("its id", DELIVERY),
  state: z.enum(DELIVERY_STATES).openapi({ description: "how it ended" }),
  reason: z.string().nullable().openapi({ description: "why, in words" }),
  nominal: textOf("what the rule said", "2026-12-01T09:00"),
  due: instantOf("when it was due"),
});

const askedSchema = z
  .object({
    kind: z.enum(ANSWERS).openapi({
      description:
        "delivery: it became deliveries; to-come; over: it would be to come, but the reminder is over; skipped: by hand; " +
        "before: the reminder was accepted; sent-before: as the reminder was before a change; nothing-kept; not-of-the-rule",
    }),
    text: textOf("the same in words", "It is still to come."),
    occurrence: z
      .union([occurrenceExplainedSchema, z.null()])
      .openapi({ description: "the occurrence; null if the rule has none such" }),
    deliveryIds: z.array(z.string()).openapi({ description: "the deliveries that it became" }),
  })
  .openapi("OccurrenceAsked");

/** Why a reminder rings, or does not. */
export const reminderExplanationSchema = z
  .object({
    reminderId: textOf("its id", REMINDER),
    state: z.enum(REMINDER_STATES).openapi({ description: "as `GET /v1/reminders/{id}` has it" }),
    rule: ruleSchema.openapi({ description: "when it rings" }),
    recipient: z
      .union([recipientSchema, z.null()])
      .openapi({ description: "whom it is for; null: a bare address or endpoint" }),
    campaign: z
      .object({
        id: textOf("its id", "cmp_01k9yz3t5v8m6n4q2r7s1w0xab"),
        state: z
          .string()
          .nullable()
          .openapi({ description: "active, paused, stopped; null: there is none any more" }),
      })
      .nullable()
      .openapi({ description: "the campaign that keeps it; null: none" }),
    outlook: z
      .object({
        kind: z.enum(OUTLOOKS).openapi({ description: "for programs" }),
        text: textOf("for people", "It is active, and rings as its rule says."),
      })
      .openapi({ description: "whether it rings, and if not, why; for programs and in words" }),
    coming: z
      .array(comingExplainedSchema)
      .openapi({ description: "the next occurrences, at most 5, soonest first" }),
    skipped: z
      .array(
        z.object({
          nominal: textOf("what the rule says", "2026-12-24T09:00"),
          due: instantOf("when it would have been due"),
        }),
      )
      .openapi({ description: "occurrences that were left out by hand" }),
    past: z.array(pastSchema).openapi({ description: "its latest deliveries that are settled, at most 5" }),
    asked: z.union([askedSchema, z.null()]).openapi({
      description: "what there is to say of the `occurrence` that was asked for; null: none was",
    }),
    text: textOf(SENTENCES),
  })
  .openapi("ReminderExplanation");
export type ReminderExplanationResource = z.infer<typeof reminderExplanationSchema>;

const planSchema = z.object({
  acceptedAt: instantOf("when the reminder was accepted"),
  promotedAt: instantOf("when the occurrence became this delivery"),
  revision: z
    .int()
    .openapi({ description: "the reminder's revision that it was planned by last; 0: none any more" }),
  revisionNow: z
    .int()
    .nullable()
    .openapi({ description: "the reminder's revision now; null: it is no longer kept" }),
  spreadMs: z.int().openapi({ description: "how long after due `spread` has put it" }),
  sendAt: instantOf("when the next attempt is to be made, or the last one was"),
  expiresAt: instantOf("from then on it is no longer worth sending"),
  note: z
    .string()
    .nullable()
    .openapi({ description: "what it stands for, and what has held it back, in words" }),
});

/** Why a delivery was sent, or was not, and what becomes of it. */
export const deliveryExplanationSchema = z
  .object({
    deliveryId: textOf("its id", DELIVERY),
    reminderId: textOf("the reminder that it is of", REMINDER),
    state: z.enum(DELIVERY_STATES).openapi({ description: "as `GET /v1/deliveries/{id}` has it" }),
    rule: z
      .union([ruleSchema, z.null()])
      .openapi({ description: "when its reminder rings; null: it is no longer kept" }),
    recipient: z
      .union([recipientSchema, z.null()])
      .openapi({ description: "whom it is for; null: a bare address or endpoint" }),
    occurrence: occurrenceExplainedSchema.openapi({
      description: "what it tells of, and how that became an instant",
    }),
    plan: planSchema.openapi({ description: "how it came to be, and what moved it" }),
    latenessMs: z.int().nullable().openapi({ description: "as `GET /v1/deliveries/{id}` has it" }),
    attempts: z.array(attemptSchema).openapi({ description: "what was tried, oldest first" }),
    acknowledgement: z
      .union([acknowledgementSchema, z.null()])
      .openapi({ description: "that somebody has acknowledged its occurrence; null: nobody has" }),
    onward: z.array(z.string()).openapi({ description: "what follows it by itself, in words" }),
    fate: z
      .object({
        kind: z.enum(FATES).openapi({ description: "for programs" }),
        text: textOf("for people", "It was delivered at 2026-12-01T09:00:00Z."),
      })
      .openapi({
        description: "what becomes of it next, or how it ended and why; for programs and in words",
      }),
    text: textOf(SENTENCES),
  })
  .openapi("DeliveryExplanation");
export type DeliveryExplanationResource = z.infer<typeof deliveryExplanationSchema>;
