import type { Content } from "../../domain/content.ts";
import type { InputIssue } from "../../domain/errors.ts";
import { isAttributeName } from "../../domain/recipient-request/attributes.ts";
import type { CampaignPatch, CampaignRequest } from "../../engine/campaigns.ts";
import { checkInput, invalidInput, parseInput } from "../input.ts";
import {
  AUDIENCE_ATTRIBUTES_ALLOWED,
  type CampaignRequestBody,
  campaignPatchSchema,
  campaignRequestSchema,
  MOST_AUDIENCE_TERMS,
} from "../schemas/campaign-request.ts";
import { metadataIssues } from "../schemas/metadata.ts";
import { unstorableParts } from "../storable-json.ts";
import { contentIssues } from "./reminder-request.ts";
import { repeatedChannels, repeatIssues } from "./target-request.ts";

/**
 * Reads a campaign of a request: its shape, and which fields go together.
 *
 * @throws InvalidInputError
 */
export function readCampaignRequest(input: unknown): CampaignRequest {
  const checked = checkInput(campaignRequestSchema, input);
  const misshapen = checked.ok ? [] : checked.issues;
  const issues = [...misshapen, ...fieldIssues(input, misshapen)];
  if (!checked.ok || issues.length > 0) throw invalidInput("the campaign", issues);
  const { message, content, ...others } = checked.data;
  // A body comes from JSON, which has no undefined: an optional field is there or it is not.
  return { ...others, content: (content ?? { text: message }) as Content } as CampaignRequest;
}

/** What is wrong with the fields of the right shape: what they lack or hold, and which do not go together. */
function fieldIssues(input: unknown, misshapen: readonly InputIssue[]): InputIssue[] {
  const wrong = new Set(misshapen.map(({ path: [name] }) => name));
  // Without a name it is the whole that is wrong.
  if (wrong.has(undefined)) return [];
  // Only what is of the right shape is looked at.
  const { message, content, repeat, channels, audience, metadata = {} } = input as CampaignRequestBody;
  const { endpoint, mode } = input as CampaignRequestBody;
  return [
    ...(wrong.has("audience") ? [] : audienceIssues(audience)),
    ...(wrong.has("channels") ? [] : repeatedChannels({ channels }, [])),
    ...(endpoint === undefined ? [] : besideEndpoint({ channels, mode })),
    ...(wrong.has("repeat") ? [] : repeatIssues(repeat)),
    ...(wrong.has("message") || wrong.has("content") ? [] : contentIssues(message, content)),
    ...(wrong.has("metadata") ? [] : metadataIssues(metadata)),
    ...unstorableParts(input).filter(({ path: [name] }) => !wrong.has(name)),
  ];
}

/** What says how a recipient's own addresses are used, where those are not. */
function besideEndpoint(given: { channels: unknown; mode: unknown }): InputIssue[] {
  return Object.entries(given)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => {
      const allowed = "an endpoint, or channels with their mode";
      return { path: [name], value, message: "stands beside endpoint", allowed };
    });
}

const WHAT = "the change of the campaign";

/**
 * Reads what of a campaign is to be replaced: its shape, and which fields go together.
 *
 * @throws InvalidInputError also if nothing is
 */
export function readCampaignPatch(input: unknown): CampaignPatch {
  const { message, content, ...others } = parseInput(campaignPatchSchema, input, WHAT);
  const issues = [
    ...audienceIssues(others.audience ?? undefined),
    ...repeatedChannels({ channels: others.channels ?? undefined }, []),
    ...(others.endpoint ? besideEndpoint({ channels: others.channels, mode: others.mode }) : []),
    ...(message === undefined && content === undefined ? [] : contentIssues(message, content)),
    ...repeatIssues(others.repeat ?? undefined),
    ...metadataIssues(others.metadata ?? {}),
    ...unstorableParts(input),
  ];
  if (issues.length > 0) throw invalidInput(WHAT, issues);
  const given = content ?? (message === undefined ? undefined : { text: message });
  const patch = { ...others, ...(given === undefined ? {} : { content: given }) };
  if (Object.keys(patch).length > 0) return patch as CampaignPatch;
  const allowed = `at least one of ${Object.keys(campaignPatchSchema.shape).join(", ")}`;
  throw invalidInput(WHAT, [{ path: [], value: input, message: "changes nothing", allowed }]);
}

function audienceIssues(audience: CampaignRequestBody["audience"]): InputIssue[] {
  const entries = Object.entries(audience?.attributes ?? {});
  const at = ["audience", "attributes"];
  const allowed = AUDIENCE_ATTRIBUTES_ALLOWED;
  if (entries.length > MOST_AUDIENCE_TERMS) {
    const message = `has ${entries.length} attributes`;
    return [{ path: at, value: audience?.attributes, message, allowed }];
  }
  return entries.flatMap(([name, value]): InputIssue[] => {
    const path = [...at, name];
    if (!isAttributeName(name))
      return [{ path, value: name, message: "is no name of an attribute", allowed }];
    const isScalar = ["string", "number", "boolean"].includes(typeof value);
    return isScalar ? [] : [{ path, value, message: "is not a text, a number, true or false", allowed }];
  });
}
