import type { CampaignPreviewResource, CampaignResource } from "../http/schemas/campaign.ts";
import type { CampaignInput, CampaignPatchInput } from "../http/schemas/campaign-request.ts";
import type { ResumeInput } from "../http/schemas/reminder-state.ts";
import { listOf } from "./list.ts";
import type { PostOptions, RevisionOptions, Transport } from "./transport.ts";

const PATH = "/v1/campaigns";

/** Campaigns of the tenant whose key the client bears: one schedule and one content for many recipients. */
export function campaignsOf(send: Transport) {
  const post = (id: string, action: string, body: unknown, options: PostOptions & RevisionOptions) =>
    send<CampaignResource>({ method: "POST", path: pathOf(id, action), body, ...options });
  return {
    /** Its reminders are made in the background: `progress` tells how far that is. */
    create: (campaign: CampaignInput, options: PostOptions = {}) =>
      send<CampaignResource>({ method: "POST", path: PATH, body: campaign, ...options }),
    get: (id: string) => send<CampaignResource>({ method: "GET", path: pathOf(id) }),
    /** Replaces what is given; null brings a default back. */
    update: (id: string, patch: CampaignPatchInput, options: RevisionOptions = {}) =>
      send<CampaignResource>({ method: "PATCH", path: pathOf(id), body: patch, ...options }),
    pause: (id: string, options: PostOptions & RevisionOptions = {}) => post(id, "pause", undefined, options),
    /** `missed` says which occurrences of the pause are sent now; default: as its `catchUp` says. */
    resume: (id: string, { missed, ...options }: ResumeInput & PostOptions & RevisionOptions = {}) =>
      post(id, "resume", missed === undefined ? {} : { missed }, options),
    /** For good, with all that waits of it. */
    stop: (id: string, options: PostOptions & RevisionOptions = {}) => post(id, "stop", undefined, options),
    /** Rings every reminder of it once, besides the rule. */
    trigger: (id: string, options: PostOptions & RevisionOptions = {}) =>
      post(id, "trigger", undefined, options),
    /** What a campaign would do; nothing is stored. @param count 1 to 100; default 10 */
    preview: (campaign: CampaignInput, count?: number) =>
      send<CampaignPreviewResource>({
        method: "POST",
        path: `${PATH}/preview`,
        body: campaign,
        ...(count === undefined ? {} : { query: { count } }),
      }),
    /** What a campaign does as it is now. @param count 1 to 100; default 10 */
    previewOf: (id: string, count?: number) =>
      send<CampaignPreviewResource>({
        method: "GET",
        path: pathOf(id, "preview"),
        ...(count === undefined ? {} : { query: { count } }),
      }),
    ...listOf<CampaignResource, object>(send, PATH),
  };
}

function pathOf(id: string, action?: string): string {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  return action === undefined ? path : `${path}/${action}`;
}
