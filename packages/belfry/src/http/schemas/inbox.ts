import { z } from "@hono/zod-openapi";
import { contentSchema } from "./content.ts";
import { instantOf, textOf } from "./field.ts";
import { pageOf } from "./page.ts";

/** One message that the inbox channel received. */
export const inboxMessageSchema = z
  .object({
    deliveryId: textOf("the delivery that brought it", "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y"),
    reminderId: textOf("the reminder that it is of", "rem_01k9yz3t5v8m6n4q2r7s1w0xab"),
    content: contentSchema.openapi({ description: "what it says" }),
    due: instantOf("when it was due"),
    receivedAt: instantOf("when it arrived"),
    acknowledgeUrl: z.string().nullable().openapi({
      description:
        "where whoever has this link acknowledges it, without a key; null without `BELFRY_PUBLIC_URL`",
    }),
  })
  .openapi("InboxMessage");
export type InboxMessageResource = z.infer<typeof inboxMessageSchema>;

export const inboxPageSchema = pageOf("InboxPage", inboxMessageSchema);
