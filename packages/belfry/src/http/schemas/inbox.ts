import { z } from "@hono/zod-openapi";
import { instant } from "./field.ts";
import { pageOf } from "./page.ts";
import { contentSchema } from "./reminder.ts";

/** One message that the inbox channel received. */
export const inboxMessageSchema = z
  .object({
    deliveryId: z.string(),
    reminderId: z.string(),
    content: contentSchema,
    due: instant,
    receivedAt: instant,
  })
  .openapi("InboxMessage");
export type InboxMessageResource = z.infer<typeof inboxMessageSchema>;

export const inboxPageSchema = pageOf("InboxPage", inboxMessageSchema);
