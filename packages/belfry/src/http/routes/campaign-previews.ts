import { z } from "@hono/zod-openapi";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { readKey } from "../idempotency.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { jsonAnswer } from "../request.ts";
import { campaignPreviewSchema } from "../schemas/campaign.ts";
import { campaignRequestDocument } from "../schemas/campaign-request.ts";
import { field } from "../schemas/field.ts";
import { campaignPreviewResource } from "../views/campaign-view.ts";
import { noCampaign } from "./campaign-refusals.ts";
import { readCampaignRequest } from "./campaign-request.ts";
import { campaignParams, campaignPath, campaignsPath, UNREADABLE_CAMPAIGN } from "./campaigns.ts";
import type { RouteDeps } from "./route-deps.ts";

const DEFAULT_COUNT = 10;

const previewQuery = z.strictObject({
  count: field(
    z
      .string()
      .regex(/^(?:[1-9]\d?|100)$/)
      .openapi({ type: "integer", minimum: 1, maximum: 100, default: DEFAULT_COUNT }),
    "a whole number from 1 to 100",
    "how many of the next occurrences to show",
  ).optional(),
});

/** Telling what a campaign does, or would do. */
export function campaignPreviewRoutes({ engine }: Pick<RouteDeps, "engine">): Operation[] {
  return [previewUnsaved({ engine }), previewSaved({ engine })];
}

function previewUnsaved({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "post",
    path: `${campaignsPath}/preview`,
    operationId: "previewCampaign",
    summary: "Show what a campaign would do: to how many, when next, in which zones; nothing is stored",
    tag: "campaigns",
    // A POST for its body only.
    scope: "read",
    query: previewQuery,
    body: campaignRequestDocument,
    repeat: "harmless",
    answers: { 200: { description: "what it would do", schema: campaignPreviewSchema } },
    problems: UNREADABLE_CAMPAIGN,
    handle: async (context) => {
      const { count } = readQuery(context, previewQuery);
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const key = context.req.header("idempotency-key");
      if (key !== undefined) readKey(key);
      const request = readCampaignRequest(json);
      const most = Number(count ?? DEFAULT_COUNT);
      const preview = await engine.previewCampaign(context.get("tenant"), request, most);
      return jsonAnswer(200, campaignPreviewResource(preview));
    },
  };
}

function previewSaved({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "get",
    path: `${campaignPath}/preview`,
    operationId: "previewSavedCampaign",
    summary: "Show what a campaign does as it is now: to how many, when next, in which zones",
    tag: "campaigns",
    scope: "read",
    params: campaignParams,
    query: previewQuery,
    answers: { 200: { description: "what it does", schema: campaignPreviewSchema } },
    handle: async (context) => {
      const { count } = readQuery(context, previewQuery);
      const id = pathParameter(context, "id");
      const most = Number(count ?? DEFAULT_COUNT);
      const preview = await engine.previewOfCampaign(context.get("tenant"), id, most);
      if (!preview) throw noCampaign("preview", id);
      return jsonAnswer(200, campaignPreviewResource(preview));
    },
  };
}
