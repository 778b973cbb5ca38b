import { z } from "@hono/zod-openapi";
import { instantOf, textOf } from "./field.ts";

const DELIVERY = "dlv_7h2k9m4x1c8q0s5w3z6b4n1v2y";

/** What came of acknowledging a delivery. */
export const acknowledgedSchema = z
  .object({
    deliveryId: textOf("the delivery that was named", DELIVERY),
    reminderId: textOf("the reminder that it is of", "rem_01k9yz3t5v8m6n4q2r7s1w0xab"),
    occurrenceId: textOf(
      "the occurrence that is acknowledged: of a repeat, the one that it repeats",
      "occ_3d8f5g1h7j2k9m4n6p0q5r8s1t",
    ),
    acknowledgedAt: instantOf("when it was acknowledged first"),
    isRepeat: z
      .boolean()
      .openapi({ description: "whether it had been acknowledged before, so that nothing has changed now" }),
    cancelled: z.int().openapi({
      description: "deliveries of the occurrence that waited, on any channel, and will not be sent",
    }),
    inFlight: z.int().openapi({
      description: "deliveries of it that a worker holds: they may still arrive, and are not tried again",
    }),
  })
  .openapi("Acknowledged");
export type AcknowledgedResource = z.infer<typeof acknowledgedSchema>;

/** That an occurrence was acknowledged, as its deliveries tell it. */
export const acknowledgementSchema = z
  .object({
    at: instantOf("when"),
    deliveryId: textOf("by which delivery", DELIVERY),
    snoozedTo: z
      .string()
      .nullable()
      .openapi({ description: "the delivery that it was snoozed to, the last one if it was more than once" }),
  })
  .openapi("Acknowledgement", { description: "Somebody has seen it: it is repeated no more." });
