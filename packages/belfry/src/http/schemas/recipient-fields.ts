import { z } from "@hono/zod-openapi";
import {
  ADDRESSES_ALLOWED,
  CHANNEL_ALLOWED,
  CHANNEL_NAME,
  LONGEST_ADDRESS,
  MOST_ADDRESSES,
} from "../../domain/recipient-request/addresses.ts";
import { ATTRIBUTES_ALLOWED, MOST_ATTRIBUTES } from "../../domain/recipient-request/attributes.ts";
import { CHANNELS_ALLOWED, MOST_CHANNELS } from "../../domain/recipient-request/chosen-channels.ts";
import {
  DATE_ALLOWED,
  DATE_NAME,
  DATE_PATTERN,
  DATES_ALLOWED,
  MOST_DATES,
} from "../../domain/recipient-request/dates.ts";
import { LOCALE_ALLOWED, ZONE_ALLOWED } from "../../domain/recipient-request/place.ts";
import {
  DAYS_ALLOWED,
  QUIET_HOURS_ALLOWED,
  TIME_ALLOWED,
} from "../../domain/recipient-request/quiet-hours.ts";
import {
  EXTERNAL_ID_ALLOWED,
  LONGEST_EXTERNAL_ID,
  LONGEST_FULL_NAME,
  LONGEST_NAME,
  lineAllowed,
} from "../../domain/recipient-request/short-text.ts";
import {
  LONGEST_TAG,
  MOST_TAGS,
  TAG_ALLOWED,
  TAG_PATTERN,
  TAGS_ALLOWED,
} from "../../domain/recipient-request/tags.ts";
import { type anyJson, field } from "./field.ts";

interface ObjectForm {
  most: number;
  /** JSON Schema of the names, and of the values. */
  names: object;
  values: { type?: "string"; minLength?: number; maxLength?: number; pattern?: string; description?: string };
  example: object;
}

/** A JSON object by names of one form; its entries are judged by the domain, as those of zod would drop `__proto__`. */
function objectOf<Value>(form: ObjectForm) {
  return z
    .custom<Record<string, Value>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    )
    .openapi({
      type: "object",
      maxProperties: form.most,
      // Apart, because the generator's types do not know the word yet.
      ...{ propertyNames: form.names },
      additionalProperties: form.values,
      example: form.example,
    });
}

function line(most: number, purpose: string, example: string) {
  return field(z.string().min(1).max(most).openapi({ example }).nullable(), lineAllowed(most), purpose);
}

const time = field(
  z.string().openapi({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", example: "22:00" }),
  TIME_ALLOWED,
);

/** When a recipient is not to be disturbed, in requests and answers. */
export const quietHoursSchema = z
  .strictObject({
    from: time,
    to: field(time.clone(), TIME_ALLOWED, "its end; before `from`: on the next day"),
    days: field(
      z.array(z.int().min(1).max(7)).min(1).max(7),
      DAYS_ALLOWED,
      "the days on which it begins; left out: every day",
    ).optional(),
  })
  .openapi("QuietHours", { description: "When a recipient is not to be disturbed, on their own clocks." });

/** What a sender says of a recipient, field by field, as the document shows it. */
export const RECIPIENT_SHAPE = {
  externalId: field(
    z.string().min(1).max(LONGEST_EXTERNAL_ID).openapi({ example: "user-4711" }).nullable(),
    EXTERNAL_ID_ALLOWED,
    "your own id of the recipient, which no other has",
  ),
  firstName: line(LONGEST_NAME, "given name", "Ada"),
  lastName: line(LONGEST_NAME, "family name", "Lovelace"),
  fullName: line(LONGEST_FULL_NAME, "as they are called; none: first and last name", "Ada Lovelace"),
  addresses: field(
    objectOf<string>({
      most: MOST_ADDRESSES,
      names: { pattern: CHANNEL_NAME.source },
      values: { type: "string", minLength: 1, maxLength: LONGEST_ADDRESS },
      example: { email: "ada@example.com", sms: "+14155552671" },
    }),
    ADDRESSES_ALLOWED,
    "one address for each channel: sms and whatsapp take a phone number (E.164), email an address, telegram a chat id, " +
      "webhook and slack a URL",
  ),
  channels: field(
    z
      .array(z.string().regex(CHANNEL_NAME).openapi({ description: CHANNEL_ALLOWED, example: "email" }))
      .max(MOST_CHANNELS)
      .openapi({ uniqueItems: true, example: ["email", "sms"] }),
    CHANNELS_ALLOWED,
    "the channels that they chose; none: those on which they have an address",
  ),
  timeZone: field(
    z.string().openapi({ example: "Europe/Paris" }).nullable(),
    ZONE_ALLOWED,
    "in which rules without a zone are read; older names are kept as the present one",
  ),
  locale: field(
    z.string().openapi({ example: "en-GB" }).nullable(),
    LOCALE_ALLOWED,
    "by which the language of a content is chosen",
  ),
  dates: field(
    objectOf<string>({
      most: MOST_DATES,
      names: { pattern: DATE_NAME.source },
      values: { type: "string", pattern: DATE_PATTERN, description: DATE_ALLOWED },
      example: { birthday: "1990-02-28" },
    }),
    DATES_ALLOWED,
    `dates for yearly rules, each ${DATE_ALLOWED}`,
  ),
  quietHours: field(
    z.union([quietHoursSchema, z.null()]),
    QUIET_HOURS_ALLOWED,
    "when they are not to be disturbed: what falls into it is deferred to its end, unless it is urgent",
  ),
  tags: field(
    z
      .array(
        z
          .string()
          .min(1)
          .max(LONGEST_TAG)
          .openapi({ pattern: TAG_PATTERN, description: TAG_ALLOWED, example: "vip" }),
      )
      .max(MOST_TAGS)
      .openapi({ uniqueItems: true, example: ["vip"] }),
    TAGS_ALLOWED,
    "what groups them, for lists and campaigns",
  ),
  attributes: field(
    objectOf<z.output<typeof anyJson>>({
      most: MOST_ATTRIBUTES,
      names: { minLength: 1, maxLength: 64 },
      values: {},
      example: { plan: "gold" },
    }),
    ATTRIBUTES_ALLOWED,
    "what you know of them, for templates, lists and campaigns: any JSON",
  ),
};
