import { z } from "@hono/zod-openapi";
import { MAX_COUNT } from "../../time/rrule.ts";
import { DURATION_PATTERN, field } from "./field.ts";

const MAX_DATES = 1000;

const timeZone = field(
  z.string().openapi({ example: "Europe/Paris" }),
  "an IANA time zone; left out, the rule floats: it is read in the recipient's zone, else the tenant's",
).optional();
const until = field(
  z.string().openapi({ example: "2026-12-31T17:00" }),
  "an instant, a wall clock in the rule's zone, or a whole day (2026-12-31)",
  "the last moment at which it may ring, inclusive",
).optional();
const count = field(
  z.int().min(1).max(MAX_COUNT),
  `a whole number from 1 to ${MAX_COUNT}`,
  "how many times it rings, from acceptance on; with `until` too, whichever comes first ends the rule",
).optional();
const recurring = { timeZone, until, count };

const once = z
  .strictObject({
    at: field(
      z.string().openapi({ example: "2026-12-01T09:00:00+01:00" }),
      "an instant with its offset, or a wall clock (2026-12-01T09:00)",
      "when it rings",
    ),
    timeZone: timeZone.openapi({
      description:
        "an IANA time zone for a wall clock; left out, it floats: it is read in the recipient's zone, else the " +
        "tenant's; an instant takes none",
    }),
  })
  .openapi("ScheduleAt", {
    description: "Once, at an instant or a wall clock. Takes no `until`, no `count`.",
  });

const after = z
  .strictObject({
    in: field(
      z.string().openapi({ pattern: DURATION_PATTERN, example: "PT15M" }),
      "an ISO 8601 duration of weeks, days (of 24 hours), hours, minutes and seconds, to 100 years",
      "how long after acceptance it rings",
    ),
  })
  .openapi("ScheduleIn", {
    description: "Once, so long after acceptance. Exact time: takes no `timeZone`, `until` or `count`.",
  });

const every = z
  .strictObject({
    every: field(
      z.string().openapi({ pattern: DURATION_PATTERN, example: "PT15M" }),
      "an ISO 8601 duration of hours, minutes and seconds, from PT1S to 100 years; for days and longer, an rrule",
      "how far apart it rings",
    ),
    start: field(
      // No format: seconds may be left out, unlike in RFC 3339, and it is shown as it was given.
      z.string().openapi({ example: "2026-06-01T00:00:00Z" }),
      "an instant with its offset",
      "the first time it rings; left out, one interval after acceptance",
    ).optional(),
    until: field(
      z.string().openapi({ example: "2027-01-01T00:00:00Z" }),
      "an instant with its offset",
      "the last moment at which it may ring, inclusive",
    ).optional(),
    count: field(
      z.int().min(1).max(MAX_COUNT),
      `a whole number from 1 to ${MAX_COUNT}`,
      "how many times it rings, from `start` on, else from acceptance; with `until` too, whichever comes first " +
        "ends the rule",
    ).optional(),
  })
  .openapi("ScheduleEvery", {
    description: "Again and again, in hours or shorter. Exact time: takes no `timeZone`.",
  });

const cron = z
  .strictObject({
    cron: field(
      z.string().openapi({ example: "30 8 * * 1-5" }),
      "five fields: minute, hour, day of the month, month, day of the week; names such as MON are allowed",
      "when it rings",
    ),
    ...recurring,
  })
  .openapi("ScheduleCron", { description: "As a cron expression says, from acceptance on." });

const rrule = z
  .strictObject({
    rrule: field(
      z.string().openapi({ example: "FREQ=MONTHLY;BYDAY=-1FR" }),
      "an RFC 5545 recurrence rule",
      "when it rings",
    ),
    start: field(
      z.string().openapi({ example: "2026-01-30T17:00" }),
      "a wall clock",
      "where the rule begins; what it leaves open (day, time of day) is taken from there; an occurrence only if " +
        "the rule matches it",
    ),
    exdates: field(
      z.array(z.string()).max(MAX_DATES),
      `at most ${MAX_DATES} wall clocks, whole days or instants`,
      "when it does not ring after all",
    ).optional(),
    rdates: field(
      z.array(z.string()).max(MAX_DATES),
      `at most ${MAX_DATES} wall clocks, whole days (at the time of \`start\`) or instants`,
      "when it rings besides; neither `until` nor `count` holds them back",
    ).optional(),
    timeZone,
    until,
    count: field(
      z.int().min(1).max(MAX_COUNT),
      `a whole number from 1 to ${MAX_COUNT}`,
      "how many times the rule matches, from `start` on and before `exdates`; an end stands here or inside the " +
        "rrule, never in both",
    ).optional(),
  })
  .openapi("ScheduleRrule", { description: "As an RFC 5545 rule says, from `start` on." });

const recipientDate = z.strictObject({
  recipientDate: field(
    z.string().min(1).max(100).openapi({ example: "birthday" }),
    "the name of a date of the recipient; refused with `missing_date` until there are recipients",
  ),
});

const yearly = z
  .strictObject({
    yearly: z
      .strictObject({
        on: z
          .union([field(z.string().openapi({ example: "03-15" }), "month and day"), recipientDate])
          .openapi({
            description:
              "month and day (03-15), or the name of one of the recipient's dates; those are refused with " +
              "`missing_date` until there are recipients",
          }),
        time: field(z.string().openapi({ example: "09:00" }), "a time of day", "when on that day"),
        leapDay: field(
          z.enum(["feb-28", "mar-1"]),
          "feb-28 or mar-1",
          "where 29 February goes in a common year; default feb-28",
        ).optional(),
      })
      .openapi({ description: "which day of the year, and when on it" }),
    ...recurring,
  })
  .openapi("ScheduleYearly", { description: "Once a year." });

const phrase = z
  .strictObject({
    text: field(z.string().openapi({ example: "every weekday at 8:30" }), "a schedule in English words"),
    ...recurring,
  })
  .openapi("ScheduleText", {
    description: "As the words say. It is kept as the kind it stands for, and takes what that kind takes.",
  });

/**
 * A schedule as the document shows it. Requests are not checked against it: the engine reads schedules
 * itself, faster than a union and with errors that name what is wrong.
 */
export const scheduleSchema = z
  .union([once, after, every, cron, rrule, yearly, phrase])
  .openapi("Schedule", { description: "When a reminder rings: exactly one kind." });
export type ScheduleInput = z.input<typeof scheduleSchema>;

/** A schedule as requests are checked: it is there. */
export const anySchedule = field(z.unknown(), "a schedule: at, in, every, cron, rrule, yearly or text");
