import { z } from "@hono/zod-openapi";
import { CAMPAIGN_STATES } from "../../domain/campaign.ts";
import { MODES } from "../../domain/target.ts";
import { AUDIENCE, audienceShape, ENDPOINT, EVENTS_WITHIN } from "./campaign-request.ts";
import { DURATION_PATTERN, instantOf, textOf } from "./field.ts";
import { occurrenceSchema } from "./occurrence.ts";
import { pageOf } from "./page.ts";
import { reminderSchema } from "./reminder.ts";

const { schedule, content, catchUp, usefulFor, retry, inDoubt, spread, urgent, repeat, metadata } =
  reminderSchema.shape;

export const campaignSchema = z
  .object({
    id: textOf("its id", "cmp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    name: textOf("what people call it", "Birthdays"),
    state: z.enum(CAMPAIGN_STATES).openapi({
      description: "active; paused: nothing of it is sent until it is resumed; stopped: over for good",
    }),
    revision: z.int().openapi({
      description: "counts what callers changed, from 1; the same number is its `ETag`",
      example: 1,
    }),
    audience: z.object(audienceShape.shape).openapi({ description: AUDIENCE }),
    schedule,
    content,
    channels: z.array(z.string()).nullable().openapi({
      description: "which channels of each recipient, in this order; null: those that they chose",
    }),
    mode: z.enum(MODES).openapi({
      description: "whether each channel gets one, or the next is tried only when one is dead",
    }),
    endpoint: z
      .string()
      .nullable()
      .openapi({ description: `${ENDPOINT}; null: to their addresses` }),
    catchUp,
    usefulFor,
    retry,
    inDoubt,
    spread,
    urgent,
    repeat,
    eventsWithin: textOf(`${EVENTS_WITHIN}; null: none`, "P7D")
      .nullable()
      .openapi({ pattern: DURATION_PATTERN }),
    metadata,
    progress: z
      .object({
        isWalking: z.boolean().openapi({
          description: "whether its reminders are still being brought in step with it, in the background",
        }),
        lookedAt: z.int().openapi({ description: "recipients looked at since it was last changed" }),
        matched: z
          .int()
          .openapi({ description: "those of them that its audience means; its preview counts anew" }),
      })
      .openapi({ description: "how far its reminders are in step with it" }),
    trigger: z
      .union([
        z.object({
          at: instantOf("when it was asked for"),
          rung: z.int().openapi({ description: "reminders that were rung so far" }),
        }),
        z.null(),
      ])
      .openapi({ description: "the ring by hand that is on its way to all of them; null: none" }),
    createdAt: instantOf("when it was made"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("Campaign");
export type CampaignResource = z.infer<typeof campaignSchema>;

export const campaignPageSchema = pageOf("CampaignPage", campaignSchema);

const clockChangeSchema = z
  .object({
    at: instantOf("when the clocks change"),
    shift: z
      .int()
      .openapi({ description: "by how many minutes they go forward; less than 0: back", example: 60 }),
    recipients: z
      .int()
      .openapi({ description: "those whose next occurrence there the change leaves out or brings twice" }),
    note: textOf("what becomes of those, else of the rule, in words"),
  })
  .openapi("ClockChange");

export const campaignPreviewSchema = z
  .object({
    text: textOf("the rule in words", "every day at 09:00, each in their own zone"),
    recipients: z.int().openapi({ description: "how many its audience means" }),
    lookedAt: z.int().openapi({ description: "recipients that were looked at" }),
    isComplete: z
      .boolean()
      .openapi({ description: "false: there are more recipients than a preview looks at" }),
    withoutDate: z.int().openapi({
      description: "those that lack the date which the rule reads: they get nothing until they have it",
    }),
    unreachable: z.int().openapi({ description: "those that have no usable address on any of its channels" }),
    over: z.int().openapi({ description: "those for whom the rule has nothing to come" }),
    upcoming: z
      .array(
        occurrenceSchema.extend({
          timeZone: textOf("the zone of those who have it", "Europe/Paris"),
          recipients: z.int().openapi({ description: "how many have it" }),
        }),
      )
      .openapi({ description: "the next ones, soonest first, each for all who have it at once in one zone" }),
    timeZones: z
      .array(
        z.object({
          timeZone: textOf("its name", "Europe/Paris"),
          recipients: z.int().openapi({ description: "how many are in it" }),
          next: z
            .union([occurrenceSchema, z.null()])
            .openapi({ description: "the soonest occurrence there; null: none" }),
          clockChanges: z
            .array(clockChangeSchema)
            .openapi({ description: "those of the next twelve months, and what they do to the rule" }),
        }),
      )
      .openapi({ description: "the zones in which it rings, those with most recipients first" }),
  })
  .openapi("CampaignPreview");
export type CampaignPreviewResource = z.infer<typeof campaignPreviewSchema>;
