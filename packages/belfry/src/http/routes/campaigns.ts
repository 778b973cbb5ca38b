import { z } from "@hono/zod-openapi";
import type { Campaign } from "../../domain/campaign.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, readIfMatch } from "../entity-tag.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { OVER_SCHEDULE, type ProblemCode, UNREADABLE_SCHEDULE } from "../problem-codes.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { type CampaignResource, campaignPageSchema, campaignSchema } from "../schemas/campaign.ts";
import { campaignPatchDocument, campaignRequestDocument } from "../schemas/campaign-request.ts";
import { textOf } from "../schemas/field.ts";
import { campaignResource } from "../views/campaign-view.ts";
import { noCampaign, requireCampaign } from "./campaign-refusals.ts";
import { readCampaignPatch, readCampaignRequest } from "./campaign-request.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "campaigns";
export const campaignsPath = "/v1/campaigns";
/** Where one campaign is. */
export const campaignPath = `${campaignsPath}/{id}`;
export const campaignParams = z.object({
  id: textOf("the id of a campaign", "cmp_01k9yz3t5v8m6n4q2r7s1w0xab"),
});
const listQuery = z.strictObject(pageQuery);

/** What reading a campaign may end in. */
export const UNREADABLE_CAMPAIGN: readonly ProblemCode[] = [...UNREADABLE_SCHEDULE, ...OVER_SCHEDULE];

/** Creating, listing, reading and changing campaigns. */
export function campaignRoutes(deps: RouteDeps): Operation[] {
  return [createCampaign(deps), listCampaigns(deps), getCampaign(deps), updateCampaign(deps)];
}

function createCampaign({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path: campaignsPath,
    operationId: "createCampaign",
    summary: "Start a campaign: one reminder for each recipient that it means, made in the background",
    tag,
    scope: "write",
    body: campaignRequestDocument,
    repeat: "recorded",
    answers: { 201: { description: "started", schema: campaignSchema, headers: ["location", "etag"] } },
    problems: UNREADABLE_CAMPAIGN,
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, campaignsPath, bytes), (receiptOf) =>
        answerOnce<Campaign>({
          receiptOf,
          write: (keep) => engine.createCampaign(context.get("tenant"), readCampaignRequest(json), keep),
          show: (campaign) => jsonAnswer(201, campaignResource(campaign)),
        }),
      );
      return withHeaders<CampaignResource>(answer, (made) => ({
        location: `${campaignsPath}/${made.id}`,
        ...entityTag(made),
      }));
    },
  };
}

function listCampaigns({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: campaignsPath,
    operationId: "listCampaigns",
    summary: "List campaigns, newest first",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: campaignPageSchema } },
    handle: async (context) => {
      const request = pageRequest(context.get("tenant").id, readQuery(context, listQuery));
      return pageAnswer(context, await store.listCampaigns(request), campaignResource);
    },
  };
}

function getCampaign({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: campaignPath,
    operationId: "getCampaign",
    summary: "Read a campaign, with how far its reminders are in step with it",
    tag,
    scope: "read",
    params: campaignParams,
    answers: { 200: { description: "the campaign", schema: campaignSchema, headers: ["etag"] } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const campaign = await store.findCampaign(context.get("tenant").id, id);
      if (!campaign) throw noCampaign("read", id);
      return jsonAnswer(200, campaignResource(campaign), entityTag(campaign));
    },
  };
}

function updateCampaign({ engine }: RouteDeps): Operation {
  return {
    method: "patch",
    path: campaignPath,
    operationId: "updateCampaign",
    summary: "Replace parts of a campaign; what is not yet sent is planned anew in the background",
    tag,
    scope: "write",
    params: campaignParams,
    body: campaignPatchDocument,
    isConditional: true,
    answers: { 200: { description: "changed", schema: campaignSchema, headers: ["etag"] } },
    problems: [...UNREADABLE_CAMPAIGN, "campaign_stopped", "campaign_changed"],
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const id = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const changed = await engine.editCampaign(
        context.get("tenant"),
        id,
        readCampaignPatch(json),
        condition,
      );
      const campaign = requireCampaign("change", id, changed);
      return jsonAnswer(200, campaignResource(campaign), entityTag(campaign));
    },
  };
}
