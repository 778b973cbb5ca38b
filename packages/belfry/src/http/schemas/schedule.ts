import { z } from "@hono/zod-openapi";
import { field, instant } from "./field.ts";

const timeZone = field(
  z.string().openapi({ example: "Europe/Paris" }),
  "an IANA time zone; left out, the rule floats: it is read in the recipient's zone, else the tenant's",
).optional();
const until = field(
  z.string().openapi({ example: "2027-01-01T00:00:00Z" }),
  "the last moment, inclusive: an instant, or a wall clock in the rule's zone",
).optional();
const count = field(z.int().min(1), "how many occurrences, exdates included").optional();
const recurring = { timeZone, until, count };

const once = z
  .strictObject({
    at: field(
      z.string().openapi({ example: "2026-12-01T09:00:00+01:00" }),
      "an instant with its offset, or a wall clock (2026-12-01T09:00)",
    ),
    timeZone,
  })
  .openapi("ScheduleAt");

const after = z
  .strictObject({
    in: field(z.string().openapi({ example: "PT15M" }), "an ISO 8601 duration from acceptance on"),
  })
  .openapi("ScheduleIn");

const every = z
  .strictObject({
    every: field(z.string().openapi({ example: "PT15M" }), "an ISO 8601 duration of hours or shorter"),
    start: field(z.string(), "the instant it is anchored at; default: acceptance").optional(),
    until,
    count,
  })
  .openapi("ScheduleEvery");

const cron = z
  .strictObject({
    cron: field(z.string().openapi({ example: "30 8 * * 1-5" }), "five fields; names are allowed"),
    ...recurring,
  })
  .openapi("ScheduleCron");

const rrule = z
  .strictObject({
    rrule: field(z.string().openapi({ example: "FREQ=MONTHLY;BYDAY=-1FR" }), "an RFC 5545 recurrence rule"),
    start: field(
      z.string().openapi({ example: "2026-01-30T17:00" }),
      "where the rule begins; an occurrence only if the rule matches it",
    ),
    exdates: field(z.array(z.string()), "nominal times to leave out").optional(),
    rdates: field(z.array(z.string()), "nominal times to add").optional(),
    ...recurring,
  })
  .openapi("ScheduleRrule");

const yearly = z
  .strictObject({
    yearly: z.strictObject({
      on: z
        .union([
          field(z.string().openapi({ example: "03-15" }), "month and day"),
          z.strictObject({
            recipientDate: field(z.string(), "the name of a date of the recipient, such as birthday"),
          }),
        ])
        .openapi({ description: "a date of the calendar, or one of the recipient's" }),
      time: field(z.string().openapi({ example: "09:00" }), "a time of day"),
      leapDay: field(z.enum(["feb-28", "mar-1"]), "where 29 February goes in a common year").optional(),
    }),
    ...recurring,
  })
  .openapi("ScheduleYearly");

const phrase = z
  .strictObject({
    text: field(z.string().openapi({ example: "every weekday at 8:30" }), "a schedule in words"),
    ...recurring,
  })
  .openapi("ScheduleText");

/**
 * A schedule as the document shows it. Requests are not checked against it: the engine reads schedules
 * itself, faster than a union and with errors that name what is wrong.
 */
export const scheduleSchema = z.union([once, after, every, cron, rrule, yearly, phrase]).openapi("Schedule");
export type ScheduleInput = z.input<typeof scheduleSchema>;

/** A schedule as requests are checked: it is there. */
export const anySchedule = field(z.unknown(), "a schedule: at, in, every, cron, rrule, yearly or text");

export const resolutionSchema = z
  .object({
    kind: z.enum(["exact", "gap", "fold", "leap-day"]).openapi({
      description:
        "how the nominal time became an instant: a clock change skipped it (gap) or shows it twice (fold)",
    }),
    note: z.string().optional().openapi({ description: "why, in words; absent when exact" }),
    timeZone: z.string().nullable().openapi({ description: "the zone it was read in; null for instants" }),
    zoneData: z.string().openapi({ description: "version of the zone data", example: "2026c" }),
  })
  .openapi("Resolution");

export const occurrenceSchema = z
  .object({
    nominal: z
      .string()
      .openapi({ description: "what the rule says on the wall clock", example: "2026-12-01T09:00" }),
    due: instant,
    resolution: resolutionSchema,
  })
  .openapi("Occurrence");
export type OccurrenceResource = z.infer<typeof occurrenceSchema>;

export const MAX_PREVIEW_COUNT = 1000;
export const DEFAULT_PREVIEW_COUNT = 10;

/** What `POST /v1/schedules/preview` takes. */
export const previewRequestSchema = z.strictObject({
  schedule: anySchedule,
  timeZone: field(
    z.string().max(64),
    "an IANA time zone for floating rules; the schedule's own wins",
  ).optional(),
  after: field(
    z.string().max(64).openapi({ format: "date-time" }),
    "an instant such as 2026-12-01T09:00:00Z; exclusive; may be past; default now",
  ).optional(),
  count: field(
    z.int().min(1).max(MAX_PREVIEW_COUNT),
    `a whole number from 1 to ${MAX_PREVIEW_COUNT}; default ${DEFAULT_PREVIEW_COUNT}`,
  ).optional(),
});

/** The same as the document shows it. */
export const previewRequestDocument = previewRequestSchema
  .extend({ schedule: scheduleSchema })
  .openapi("PreviewRequest");
export type PreviewRequestInput = z.input<typeof previewRequestDocument>;

export const previewSchema = z
  .object({
    occurrences: z.array(occurrenceSchema),
    text: z.string().openapi({ example: "every weekday at 08:30, Europe/Paris" }),
  })
  .openapi("Preview");
export type PreviewResource = z.infer<typeof previewSchema>;
