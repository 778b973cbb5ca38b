import { z } from "@hono/zod-openapi";
import { field, instantOf, textOf } from "./field.ts";
import { pageOf } from "./page.ts";
import { problemSchema } from "./problem.ts";

const MOST_TITLE = 500;
const MOST_DESCRIPTION = 10_000;
const MOST_UID = 512;
const MOST_BATCH = 1000;
const TIME_ALLOWED =
  "an instant (2030-12-01T09:00:00Z), a wall clock (2030-12-01T09:00), or a date (2030-12-01) for a whole day";

const title = field(
  z.string().min(1).max(MOST_TITLE).regex(/\S/).openapi({ pattern: "\\S", example: "Dentist" }),
  `1 to ${MOST_TITLE} characters, not all of them spaces`,
  "what it is called",
);
const description = field(
  z.string().max(MOST_DESCRIPTION).nullable(),
  `at most ${MOST_DESCRIPTION} characters, or null`,
  "what more there is to say",
);
const start = field(
  z.string().min(1).max(64).openapi({ example: "2030-12-01T09:00" }),
  TIME_ALLOWED,
  "when it begins",
);
const end = field(
  z.string().min(1).max(64).nullable().openapi({ example: "2030-12-01T10:00" }),
  `${TIME_ALLOWED}; behind start, at most 366 days, and a date beside a date; or null`,
  "when it is over: the first moment, or day, that is no part of it. Left out, a date is one day, and a time takes no time",
);
const timeZone = field(
  z.string().min(1).max(64).openapi({ example: "Europe/Paris" }),
  "an IANA time zone such as Europe/Paris, with a wall clock alone",
  "in which wall clocks are read; left out, the owner's",
);
const owner = field(
  z.string().min(1).max(256).openapi({ example: "user-0815" }),
  "the id of a recipient, or your own externalId",
  "whose it is",
);
const uid = field(
  z.string().min(1).max(MOST_UID).openapi({ example: "6f2c1e9a@example.com" }),
  `1 to ${MOST_UID} characters`,
  "its name where it comes from, such as the UID of iCalendar; its owner has one of each",
);

const EXAMPLE = {
  owner: "user-0815",
  uid: "6f2c1e9a@example.com",
  title: "Dentist",
  start: "2030-12-01T09:00",
  end: "2030-12-01T10:00",
  timeZone: "Europe/Paris",
};

const CONTENT = {
  title,
  description: description.optional(),
  start,
  end: end.optional(),
  timeZone: timeZone.optional(),
};

export const calendarEventRequestSchema = z
  .strictObject({ owner, uid: uid.optional(), ...CONTENT })
  .openapi("CalendarEventRequest", { example: EXAMPLE });
export type CalendarEventInput = z.input<typeof calendarEventRequestSchema>;

export const calendarEventContentSchema = z.strictObject(CONTENT).openapi("CalendarEventContent", {
  description: "All that is said of an event; its owner and uid stay.",
  example: { title: "Dentist", start: "2030-12-01T09:00:00Z" },
});
export type CalendarEventContentInput = z.input<typeof calendarEventContentSchema>;

export const calendarEventPatchSchema = z
  .strictObject(CONTENT)
  .partial()
  .openapi("CalendarEventPatch", {
    description: "Replaces what is given, null takes it away; at least one field.",
    minProperties: 1,
    example: { title: "Dentist, again" },
  });
export type CalendarEventPatchInput = z.input<typeof calendarEventPatchSchema>;

export const calendarEventSchema = z
  .object({
    id: textOf("its id", "evt_01k9yz3t5v8m6n4q2r7s1w0xab"),
    owner: textOf("the id of the recipient whose it is", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    uid: z.string().nullable().openapi({ description: "its name where it comes from; null: it has none" }),
    title: textOf("what it is called", "Dentist"),
    description: z.string().nullable().openapi({ description: "what more there is to say" }),
    allDay: z.boolean().openapi({ description: "whether it takes whole days, wherever its owner is" }),
    start: textOf("when it begins: an instant, or a date if it takes whole days", "2030-12-01T08:00:00Z"),
    end: textOf(
      "the first moment, or day, that is no part of it; the same as start if it takes no time",
      "2030-12-01T09:00:00Z",
    ),
    revision: z.int().openapi({
      description: "counts what was changed, from 1; the same number is its `ETag`",
      example: 1,
    }),
    createdAt: instantOf("when it was made"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("CalendarEvent", { description: "What stands in a recipient's calendar." });
export type CalendarEventResource = z.infer<typeof calendarEventSchema>;

export const calendarEventPageSchema = pageOf("CalendarEventPage", calendarEventSchema);

/** The shape of a batch; each item is judged apart, so that one never spoils the others. */
export const calendarEventBatchSchema = z.strictObject({
  events: field(z.array(z.unknown()).min(1).max(MOST_BATCH), `an array of 1 to ${MOST_BATCH} events`),
});

export const calendarEventBatchDocument = calendarEventBatchSchema
  .extend({
    events: z.array(calendarEventRequestSchema).min(1).max(MOST_BATCH).openapi({
      description: "one whose owner has an event of its uid replaces that, any other is made",
    }),
  })
  .openapi("CalendarEventBatch", { example: { events: [EXAMPLE] } });

const storedSchema = z
  .object({
    status: z
      .union([z.literal(201), z.literal(200)])
      .openapi({ description: "201: made; 200: it was there" }),
    changed: z.boolean().openapi({ description: "false: it was so already" }),
    event: calendarEventSchema.openapi({ description: "the event as it is now" }),
  })
  .openapi("CalendarEventStored");
const refusedSchema = z
  .object({
    status: z.literal(400).openapi({ description: "refused" }),
    problem: problemSchema.openapi({ description: "why" }),
  })
  .openapi("CalendarEventRefused");

export const calendarEventBatchResultSchema = z
  .object({
    results: z
      .array(z.union([storedSchema, refusedSchema]))
      .openapi({ description: "one for each event of the request, in its order" }),
  })
  .openapi("CalendarEventBatchResult");
export type CalendarEventBatchResource = z.infer<typeof calendarEventBatchResultSchema>;
