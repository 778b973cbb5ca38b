import { z } from "@hono/zod-openapi";
import { field } from "./field.ts";
import { problemSchema } from "./problem.ts";
import { type RecipientPatchInput, recipientRequestDocument, recipientSchema } from "./recipient.ts";

const MOST = 1000;

/** The shape of a batch; each item is judged apart, so that one never spoils the others. */
export const recipientBatchSchema = z.strictObject({
  recipients: field(z.array(z.unknown()).min(1).max(MOST), `an array of 1 to ${MOST} recipients`),
});

export const recipientBatchDocument = recipientBatchSchema
  .extend({
    recipients: z.array(recipientRequestDocument).min(1).max(MOST).openapi({
      description:
        "each with an `externalId`: one that is new makes a recipient, one that is known changes theirs as `PATCH` does",
    }),
  })
  .openapi("RecipientBatch", {
    example: { recipients: [{ externalId: "user-4711", firstName: "Ada", timeZone: "Europe/London" }] },
  });

/** What the batch takes, for programs. */
export type RecipientUpsertInput = RecipientPatchInput & { externalId: string };

const storedSchema = z
  .object({
    status: z
      .union([z.literal(201), z.literal(200)])
      .openapi({ description: "201: made; 200: it was there" }),
    changed: z.boolean().openapi({ description: "false: it was so already" }),
    recipient: recipientSchema.openapi({ description: "the recipient as it is now" }),
  })
  .openapi("RecipientStored");
const refusedSchema = z
  .object({
    status: z
      .union([z.literal(400), z.literal(409)])
      .openapi({ description: "400: refused; 409: others changed it meanwhile, send it again" }),
    problem: problemSchema.openapi({ description: "why" }),
  })
  .openapi("RecipientRefused");

export const recipientBatchResultSchema = z
  .object({
    results: z
      .array(z.union([storedSchema, refusedSchema]))
      .openapi({ description: "one for each recipient of the request, in its order" }),
  })
  .openapi("RecipientBatchResult");
export type RecipientBatchResource = z.infer<typeof recipientBatchResultSchema>;
