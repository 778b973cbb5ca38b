import { z } from "@hono/zod-openapi";
import { field, instantOf, textOf } from "./field.ts";

/** An address never shows itself again. */
export const calendarAddressSchema = z
  .object({
    id: textOf("its id", "cal_01k9yz3t5v8m6n4q2r7s1w0xab"),
    owner: textOf("the id of the recipient whose calendar it shows", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
    createdAt: instantOf("when it was made"),
  })
  .openapi("CalendarAddress", { description: "Where a recipient's calendar can be read without a key." });
export type CalendarAddressResource = z.infer<typeof calendarAddressSchema>;

const EXAMPLE_PATH = "/calendar/6TfRw0cVbN3mKq8ZsX1yLhJd5GpA2eUoI7tYrEWQ.ics";

export const createdAddressSchema = calendarAddressSchema
  .extend({
    path: textOf("the address on this server; it is shown this once", EXAMPLE_PATH),
    url: z
      .string()
      .nullable()
      .openapi({
        description:
          "the whole address, where `BELFRY_PUBLIC_URL` says how this server is reached; else null",
        example: `https://belfry.example.com${EXAMPLE_PATH}`,
      }),
  })
  .openapi("CreatedCalendarAddress");
export type CreatedAddressResource = z.infer<typeof createdAddressSchema>;

export const calendarAddressListSchema = z
  .object({ items: z.array(calendarAddressSchema).openapi({ description: "the oldest first" }) })
  .openapi("CalendarAddressList");
export type CalendarAddressListResource = z.infer<typeof calendarAddressListSchema>;

export const revokedAddressesSchema = z
  .object({ revoked: z.int().openapi({ description: "how many addresses work no longer", example: 1 }) })
  .openapi("RevokedCalendarAddresses");
export type RevokedAddressesResource = z.infer<typeof revokedAddressesSchema>;

/** Which address of a recipient is meant. */
export const addressQuery = {
  address: field(
    z.string().min(1).max(512).openapi({ example: "cal_01k9yz3t5v8m6n4q2r7s1w0xab" }),
    "the id of one of the recipient's addresses",
    "which alone is revoked; left out, all of them are",
  ).optional(),
};
