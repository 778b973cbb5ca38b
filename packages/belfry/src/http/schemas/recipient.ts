import { z } from "@hono/zod-openapi";
import { instantOf, textOf } from "./field.ts";
import { pageOf } from "./page.ts";
import { RECIPIENT_SHAPE } from "./recipient-fields.ts";

const { externalId, firstName, lastName, fullName, timeZone, locale, quietHours } = RECIPIENT_SHAPE;
const { addresses, channels, dates, tags, attributes } = RECIPIENT_SHAPE;

const EXAMPLE = {
  externalId: "user-4712",
  firstName: "Ada",
  lastName: "Lovelace",
  addresses: { email: "ada@example.com" },
  timeZone: "Europe/London",
  dates: { birthday: "1990-12-10" },
  tags: ["vip"],
};

/** What `POST` and `PUT` of recipients take, as the document shows it; `domain/recipient-request` judges it. */
export const recipientRequestDocument = z
  .strictObject(RECIPIENT_SHAPE)
  .partial()
  .openapi("RecipientRequest", {
    description: "A field that is left out, or null, is empty.",
    example: EXAMPLE,
  });
export type RecipientInput = z.input<typeof recipientRequestDocument>;

/** What `PATCH` takes, as the document shows it. */
export const recipientPatchDocument = z
  .strictObject({
    ...RECIPIENT_SHAPE,
    addresses: addresses.nullable(),
    channels: channels.nullable(),
    dates: dates.nullable(),
    tags: tags.nullable(),
    attributes: attributes.nullable(),
    quietHours: z
      .union([z.object({}).loose(), z.null()])
      .openapi({ description: "as in a recipient, or some of its fields" }),
  })
  .partial()
  .openapi("RecipientPatch", {
    description:
      "A merge patch (RFC 7396): what is given replaces that field, objects are merged name by name, lists are " +
      "replaced whole, null empties a field or takes a name away.",
    minProperties: 1,
    example: { timeZone: "America/New_York" },
  });

/** The same for programs: an address, a date or an attribute that is null is taken away. */
export interface RecipientPatchInput
  extends Omit<{ [Field in keyof RecipientInput]?: RecipientInput[Field] | null }, "addresses" | "dates"> {
  addresses?: Record<string, string | null> | null;
  dates?: Record<string, string | null> | null;
}

export const recipientSchema = z
  .object({
    id: textOf("its id", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    externalId,
    revision: z.int().openapi({
      description: "counts what was changed, from 1; the same number is its `ETag`",
      example: 1,
    }),
    firstName,
    lastName,
    fullName,
    addresses,
    channels,
    timeZone,
    locale,
    dates,
    quietHours,
    tags,
    attributes,
    createdAt: instantOf("when it was made"),
    updatedAt: instantOf("when it was last changed"),
  })
  .openapi("Recipient", { description: "Who is reminded." });
export type RecipientResource = z.infer<typeof recipientSchema>;

export const recipientPageSchema = pageOf("RecipientPage", recipientSchema);
