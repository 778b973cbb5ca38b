import type { z } from "@hono/zod-openapi";
import type { Campaign } from "../../domain/campaign.ts";
import type { CampaignChanged, CampaignOptions } from "../../engine/campaigns.ts";
import type { Tenant } from "../../engine/engine.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, readIfMatch } from "../entity-tag.ts";
import { parseInput } from "../input.ts";
import { type Operation, pathParameter } from "../operation.ts";
import type { ProblemCode } from "../problem-codes.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { campaignSchema } from "../schemas/campaign.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { resumeRequestSchema } from "../schemas/reminder-state.ts";
import { requireStorable } from "../storable-json.ts";
import { campaignResource } from "../views/campaign-view.ts";
import { requireCampaign } from "./campaign-refusals.ts";
import { campaignParams, campaignPath } from "./campaigns.ts";
import type { RouteDeps } from "./route-deps.ts";

type Deps = Pick<RouteDeps, "engine" | "doOnce" | "ids">;

/** Resting a campaign, going on with it, ending it, and ringing all of it by hand. */
export function campaignStateRoutes(deps: Deps): Operation[] {
  const { engine, ids } = deps;
  return [
    changeByPost(deps, {
      name: "pause",
      operationId: "pauseCampaign",
      summary: "Pause a campaign: nothing of it is sent until it is resumed; twice is as good as once",
      body: emptyRequestSchema,
      problems: ["campaign_stopped"],
      change: ({ tenant, id, options }) => engine.pauseCampaign(tenant, id, options),
    }),
    changeByPost(deps, {
      name: "resume",
      operationId: "resumeCampaign",
      summary: "Resume a paused campaign; twice is as good as once",
      body: resumeRequestSchema,
      problems: ["campaign_stopped"],
      change: ({ tenant, id, options, input: { missed } }) =>
        engine.resumeCampaign(tenant, id, { ...options, ...(missed === undefined ? {} : { missed }) }),
    }),
    changeByPost(deps, {
      name: "stop",
      operationId: "stopCampaign",
      summary: "Stop a campaign for good, and cancel all that waits of it; twice is as good as once",
      body: emptyRequestSchema,
      change: ({ tenant, id, options }) => engine.stopCampaign(tenant, id, options),
    }),
    changeByPost(deps, {
      name: "trigger",
      operationId: "triggerCampaign",
      summary: "Ring every reminder of a campaign once now, outside its rule, in the background",
      body: emptyRequestSchema,
      problems: ["campaign_stopped", "campaign_paused", "campaign_ringing"],
      // A fresh key each time: what keeps a repeat from ringing again is the record of its answer.
      change: ({ tenant, id, options }) =>
        engine.triggerCampaign(tenant, id, { ...options, key: ids.next("req") }),
    }),
  ];
}

interface Change<Input> {
  /** The last part of the path; completes "Cannot … the campaign". */
  name: string;
  operationId: string;
  summary: string;
  body: z.ZodType<Input>;
  problems?: readonly ProblemCode[];
  change: (asked: {
    tenant: Tenant;
    id: string;
    options: CampaignOptions;
    input: Input;
  }) => Promise<CampaignChanged>;
}

/** A POST that changes a campaign, once for each Idempotency-Key, and only if `If-Match` holds. */
function changeByPost<Input extends object>(
  { doOnce }: Deps,
  { name, change, body, problems = [], ...described }: Change<Input>,
): Operation {
  const path = `${campaignPath}/${name}`;
  return {
    method: "post",
    path,
    ...described,
    tag: "campaigns",
    scope: "write",
    params: campaignParams,
    body,
    isBodyOptional: true,
    isConditional: true,
    repeat: "recorded",
    answers: { 200: { description: "as it is now", schema: campaignSchema, headers: ["etag"] } },
    problems: ["campaign_changed", ...problems],
    handle: async (context) => {
      const { bytes, json = {} } = await readBody(context, MAX_BODY_BYTES);
      const made = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const input = parseInput(body, json, "the body");
        requireStorable(json, "the body");
        const [id, tenant] = [pathParameter(context, "id"), context.get("tenant")];
        const condition = readIfMatch(context.req.header("if-match"));
        return answerOnce<Campaign>({
          receiptOf,
          write: async (keep) => {
            const options = { ...condition, ...(keep ? { receiptOf: keep } : {}) };
            return requireCampaign(name, id, await change({ tenant, id, options, input }));
          },
          show: (campaign) => jsonAnswer(200, campaignResource(campaign)),
        });
      });
      return withHeaders(made, entityTag);
    },
  };
}
