import { z } from "@hono/zod-openapi";
import { isTag, LONGEST_TAG, TAG_ALLOWED, TAG_PATTERN } from "../../domain/recipient-request/tags.ts";
import { EVENTS_WITHIN_RANGE } from "../../engine/campaign-spec.ts";
import { contentSchema } from "./content.ts";
import { endpointNameOf } from "./endpoint.ts";
import { duration, field } from "./field.ts";
import { reminderPatchSchema } from "./reminder-patch.ts";
import { reminderRequestSchema, retryPolicySchema } from "./reminder-request.ts";
import { repeatSchema } from "./repeat.ts";
import { scheduleSchema } from "./schedule.ts";
import { channelsSchema, modeSchema } from "./target.ts";

const LONGEST_NAME = 100;
export const MOST_AUDIENCE_TERMS = 20;

export const AUDIENCE = "who is meant: those that have every tag and every attribute; left out: everybody";
export const EVENTS_WITHIN =
  "gives the content each recipient's calendar events that begin within it, as `events`; who has none gets nothing";
export const ENDPOINT =
  "where all of it goes, instead of each recipient's own addresses; who it is for stands in the message as `userId`";
const FOR_THE_DEFAULT = "null for the default";

export const AUDIENCE_ATTRIBUTES_ALLOWED = `a JSON object of at most ${MOST_AUDIENCE_TERMS} attributes, each a text, a number, true or false`;
export const AUDIENCE_TAGS_ALLOWED = `at most ${MOST_AUDIENCE_TERMS} tags`;

/** Its entries are checked apart: a record of zod would drop the name `__proto__` without a word. */
const attributes = field(
  z
    .custom<Record<string, string | number | boolean>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    )
    .openapi({
      type: "object",
      maxProperties: MOST_AUDIENCE_TERMS,
      additionalProperties: { anyOf: [{ type: "string" }, { type: "number" }, { type: "boolean" }] },
      example: { plan: "gold" },
    }),
  AUDIENCE_ATTRIBUTES_ALLOWED,
  "which they have all, of these very values",
);

/** Who is meant. */
export const audienceShape = z.strictObject({
  tags: field(
    z
      .array(
        field(
          z
            .string()
            .refine(isTag)
            .openapi({ pattern: TAG_PATTERN, minLength: 1, maxLength: LONGEST_TAG, example: "vip" }),
          TAG_ALLOWED,
        ),
      )
      .max(MOST_AUDIENCE_TERMS),
    AUDIENCE_TAGS_ALLOWED,
    "which they have all",
  ).optional(),
  attributes: attributes.optional(),
});

const name = field(
  z.string().min(1).max(LONGEST_NAME).openapi({ example: "Birthdays" }),
  `1 to ${LONGEST_NAME} characters`,
  "what people call it",
);

const { to: _to, ...ofReminder } = reminderRequestSchema.shape;

/** What `POST /v1/campaigns` and its preview take. */
export const campaignRequestSchema = z.strictObject({
  name,
  audience: field(audienceShape, "a JSON object with tags and attributes", AUDIENCE).optional(),
  ...ofReminder,
  channels: channelsSchema.optional(),
  mode: modeSchema.optional(),
  endpoint: endpointNameOf(ENDPOINT).optional(),
  eventsWithin: duration(EVENTS_WITHIN_RANGE, EVENTS_WITHIN, "P7D").optional(),
});
export type CampaignRequestBody = z.output<typeof campaignRequestSchema>;

const EXAMPLE = {
  name: "Birthdays",
  schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
  message: "Hey, {{ recipient.fullName }} it's your birthday",
};

/** The same as the document shows it. */
export const campaignRequestDocument = campaignRequestSchema
  .extend({
    audience: audienceShape.optional().openapi({ description: AUDIENCE }),
    schedule: scheduleSchema.openapi({
      description: "when it rings; one that names no `timeZone` is read in each recipient's own",
    }),
    content: contentSchema.optional().openapi({ description: "what it says, if that is more than a text" }),
    repeat: repeatSchema.optional().openapi({ description: "rings again until somebody acknowledges it" }),
    retry: retryPolicySchema
      .optional()
      .openapi({ description: "how often and how far apart it is tried when it fails" }),
  })
  .openapi("CampaignRequest", {
    description: "Give `message` or `content`, one of the two.",
    example: EXAMPLE,
  });
export type CampaignInput = z.input<typeof campaignRequestDocument>;

const { to: _patchTo, ...ofReminderPatch } = reminderPatchSchema.shape;

/** What `PATCH /v1/campaigns/{id}` takes. */
export const campaignPatchSchema = z.strictObject({
  name: name.optional(),
  audience: field(
    audienceShape.nullable(),
    "a JSON object with tags and attributes; null for everybody",
    AUDIENCE,
  ).optional(),
  ...ofReminderPatch,
  channels: field(
    channelsSchema.nullable(),
    `names of channels, each once; ${FOR_THE_DEFAULT}`,
    "which channels of each recipient, in this order",
  ).optional(),
  mode: field(modeSchema.nullable(), `all or first; ${FOR_THE_DEFAULT}`).optional(),
  endpoint: field(
    endpointNameOf(ENDPOINT).nullable(),
    `the name of an endpoint; null for their own addresses`,
    ENDPOINT,
  ).optional(),
  eventsWithin: field(
    z.string().min(1).max(64).nullable().openapi({ example: "P7D" }),
    `an ISO 8601 duration from ${EVENTS_WITHIN_RANGE.least} to ${EVENTS_WITHIN_RANGE.most}, such as P7D; null for none`,
    EVENTS_WITHIN,
  ).optional(),
});
export type CampaignPatchBody = z.output<typeof campaignPatchSchema>;

/** The same as the document shows it. */
export const campaignPatchDocument = campaignPatchSchema
  .extend({
    audience: z.union([audienceShape, z.null()]).optional().openapi({ description: AUDIENCE }),
    schedule: scheduleSchema.optional().openapi({
      description: "when it rings; `in`, `every` and counts begin anew; what was sent is never sent again",
    }),
    content: contentSchema.optional().openapi({ description: "what it says, if that is more than a text" }),
    retry: z
      .union([retryPolicySchema, z.null()])
      .optional()
      .openapi({ description: `how often and how far apart it is tried when it fails; ${FOR_THE_DEFAULT}` }),
    repeat: z
      .union([repeatSchema, z.null()])
      .optional()
      .openapi({
        description: `rings again until somebody acknowledges it; ${FOR_THE_DEFAULT}, which is once`,
      }),
  })
  .openapi("CampaignPatch", {
    description:
      "What is given replaces that field whole; at least one field. Give `message` or `content`, not both.",
    minProperties: 1,
    example: { message: "Happy birthday, {{ recipient.firstName }}!" },
  });
export type CampaignPatchInput = z.input<typeof campaignPatchDocument>;
