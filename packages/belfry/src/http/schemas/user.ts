import { z } from "@hono/zod-openapi";
import { field, textOf } from "./field.ts";

const MOST = 100;
const nameOf = (purpose: string, example: string) =>
  field(z.string().min(1).max(MOST).openapi({ example }), `1 to ${MOST} characters in one line`, purpose);

export const BIRTHDAY_ALLOWED = "a date that there is, such as 1990-02-28, not in the future";

/** A person whose birthday is kept: a recipient by four of its fields. */
export const userRequestSchema = z
  .strictObject({
    firstName: nameOf("given name", "Ada"),
    lastName: nameOf("family name", "Lovelace"),
    birthday: field(
      z
        .string()
        .regex(/^\d{4}-\d{2}-\d{2}$/)
        .openapi({ format: "date", example: "1990-12-10" }),
      BIRTHDAY_ALLOWED,
      "date of birth",
    ),
    timeZone: field(
      z.string().min(1).max(64).openapi({ example: "Europe/London" }),
      'an IANA time zone such as "Europe/Paris" or "UTC"',
      "where they live",
    ),
  })
  .openapi("UserRequest", {
    example: { firstName: "Ada", lastName: "Lovelace", birthday: "1990-12-10", timeZone: "Europe/London" },
  });

export const userSchema = z
  .object({
    id: textOf("its id, which is that of the recipient", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    firstName: z.string().nullable().openapi({ description: "given name" }),
    lastName: z.string().nullable().openapi({ description: "family name" }),
    birthday: z.string().nullable().openapi({ description: "date of birth", example: "1990-12-10" }),
    timeZone: z.string().nullable().openapi({ description: "IANA zone", example: "Europe/London" }),
  })
  .openapi("User", { description: "A recipient, by name, birthday and zone; what it lacks is null." });
export type UserResource = z.infer<typeof userSchema>;
