import { isDeepStrictEqual } from "node:util";
import type { CampaignSpec } from "../domain/campaign.ts";
import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { DeliveryPolicy } from "../domain/reminder.ts";
import { type Plan, planOf, readSchedule, type Schedule, ScheduleError } from "../time/schedule.ts";
import { firstAnywhere, readingContext } from "./campaign-schedule.ts";
import type { CampaignPatch, CampaignRequest } from "./campaigns.ts";
import { addresseesOf, endpointIssue, unknownChannel } from "./destinations.ts";
import type { Tenant } from "./engine.ts";
import { withEscalation } from "./escalation.ts";
import { type DurationRange, type PolicyRequest, readDuration, readPolicy } from "./policy.ts";
import type { EngineDeps } from "./ports.ts";

/** How far ahead a digest looks. */
export const EVENTS_WITHIN_RANGE: DurationRange = { least: "PT1H", most: "P366D" };

interface Reading {
  tenant: Tenant;
  nowMs: number;
  /** Completes "Cannot …": "create the campaign". */
  what: string;
}

/**
 * The campaign that a request asks for.
 *
 * @throws InvalidInputError naming every field that is wrong; with the schedule's own code
 */
export async function readCampaign(
  deps: EngineDeps,
  request: CampaignRequest,
  reading: Reading,
): Promise<CampaignSpec> {
  const issues: InputIssue[] = [...deps.content.check(request.content), ...channelIssues(deps, request)];
  issues.push(...(await endpointIssues(deps, request, reading)));
  const scheduled = scheduleIn(request.schedule, { ...reading, issues });
  const defaultMs = scheduled.ok ? scheduled.plan.defaultUsefulForMs : 0;
  const read = readPolicy(givenPolicy(request), defaultMs, issues);
  const eventsWithinMs = readEventsWithin(request.eventsWithin, issues);
  if (!scheduled.ok) throw refusal(reading, issues, scheduled.code);
  const policy = await escalating(deps, read, { request, reading, schedule: scheduled.schedule, issues });
  if (issues.length > 0) throw refusal(reading, issues);
  const { name, audience = {}, content, channels, mode, endpoint, metadata = {} } = request;
  return {
    name,
    audience,
    schedule: scheduled.schedule,
    content,
    ...(channels ? { channels } : {}),
    ...(mode ? { mode } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    policy,
    metadata,
    ...(eventsWithinMs === null ? {} : { eventsWithinMs }),
    anchorMs: reading.nowMs,
    sinceMs: reading.nowMs,
  };
}

/**
 * A campaign's spec with what a patch replaces. Counts, `in` and `every` begin anew with another schedule.
 *
 * @throws InvalidInputError naming every field that is wrong; with the schedule's own code
 */
export async function readCampaignPatch(
  deps: EngineDeps,
  { before, patch }: { before: CampaignSpec; patch: CampaignPatch },
  reading: Reading,
): Promise<CampaignSpec> {
  const issues: InputIssue[] = patch.content ? deps.content.check(patch.content) : [];
  issues.push(...channelIssues(deps, patch), ...(await endpointIssues(deps, patch, reading)));
  const scheduled = rescheduleIn(before, patch, { ...reading, issues });
  const plan = scheduled.ok ? scheduled.plan : null;
  const read = readNewPolicy(before, { patch, plan, reading, issues });
  const eventsWithinMs =
    patch.eventsWithin === undefined ? before.eventsWithinMs : readEventsWithin(patch.eventsWithin, issues);
  if (!scheduled.ok) throw refusal(reading, issues, scheduled.code);
  const { schedule, anchorMs } = scheduled;
  const policy = await escalating(deps, read, { request: patch, reading, schedule, issues });
  if (issues.length > 0) throw refusal(reading, issues);
  return specWith(before, { patch, schedule, anchorMs, policy, eventsWithinMs: eventsWithinMs ?? null });
}

interface NewParts {
  patch: CampaignPatch;
  schedule: Schedule;
  anchorMs: number;
  policy: DeliveryPolicy;
  eventsWithinMs: number | null;
}

function specWith(
  before: CampaignSpec,
  { patch, schedule, anchorMs, policy, eventsWithinMs }: NewParts,
): CampaignSpec {
  const channels = patch.channels === undefined ? before.channels : patch.channels;
  const mode = patch.mode === undefined ? before.mode : patch.mode;
  const endpoint = patch.endpoint === undefined ? before.endpoint : (patch.endpoint ?? undefined);
  return {
    name: patch.name ?? before.name,
    audience: patch.audience === undefined ? before.audience : (patch.audience ?? {}),
    schedule,
    content: patch.content ?? before.content,
    ...(channels ? { channels } : {}),
    ...(mode ? { mode } : {}),
    ...(endpoint === undefined ? {} : { endpoint }),
    policy,
    metadata: patch.metadata === undefined ? before.metadata : (patch.metadata ?? {}),
    ...(eventsWithinMs === null ? {} : { eventsWithinMs }),
    ...(before.missed ? { missed: before.missed } : {}),
    anchorMs,
    sinceMs: before.sinceMs,
  };
}

type Scheduled = { ok: true; schedule: Schedule; plan: Plan; anchorMs: number } | { ok: false; code: string };

type ScheduleReading = Reading & { issues: InputIssue[] };

function scheduleIn(given: unknown, { tenant, nowMs, issues }: ScheduleReading): Scheduled {
  const context = readingContext(given, { timeZone: tenant.timeZone, acceptedAtMs: nowMs });
  try {
    const schedule = readSchedule(given, context);
    const plan = planOf(schedule, context);
    firstAnywhere(schedule, context);
    return { ok: true, schedule, plan, anchorMs: nowMs };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] })));
    return { ok: false, code: error.code };
  }
}

/** The same words go on as they are, unless they count from the moment at which they are said. */
function rescheduleIn(
  before: CampaignSpec,
  { schedule }: CampaignPatch,
  reading: ScheduleReading,
): Scheduled {
  if (schedule !== undefined) {
    const read = scheduleIn(schedule, reading);
    const isSame = read.ok && isDeepStrictEqual(read.schedule, before.schedule) && !("in" in read.schedule);
    return isSame ? { ...read, anchorMs: before.anchorMs } : read;
  }
  const context = { timeZone: reading.tenant.timeZone, acceptedAtMs: before.anchorMs };
  const plan = planOf(before.schedule, readingContext(before.schedule, context));
  return { ok: true, schedule: before.schedule, plan, anchorMs: before.anchorMs };
}

interface NewPolicyParts {
  patch: CampaignPatch;
  /** Of the schedule as it shall be; null: that is wrong. */
  plan: Plan | null;
  reading: Reading;
  issues: InputIssue[];
}

/** What is not given stays; null is the default; a default that the old schedule gave follows the new one. */
function readNewPolicy(
  before: CampaignSpec,
  { patch, plan, reading, issues }: NewPolicyParts,
): DeliveryPolicy {
  const read = readPolicy(givenPolicy(patch), plan?.defaultUsefulForMs ?? 0, issues);
  const { policy } = before;
  const context = { timeZone: reading.tenant.timeZone, acceptedAtMs: before.anchorMs };
  const old = planOf(before.schedule, readingContext(before.schedule, context));
  const wasDefault = policy.usefulForMs === old.defaultUsefulForMs;
  return {
    catchUp: patch.catchUp === undefined ? policy.catchUp : read.catchUp,
    usefulForMs: patch.usefulFor === undefined && !wasDefault ? policy.usefulForMs : read.usefulForMs,
    retry: patch.retry === undefined ? policy.retry : read.retry,
    inDoubt: patch.inDoubt === undefined ? policy.inDoubt : read.inDoubt,
    ...only("urgent", patch.urgent === undefined ? policy : read),
    ...only("spreadMs", patch.spread === undefined ? policy : read),
    ...only("repeat", patch.repeat === undefined ? policy : read),
  };
}

function only<Name extends "urgent" | "spreadMs" | "repeat">(
  name: Name,
  policy: DeliveryPolicy,
): Partial<Pick<DeliveryPolicy, Name>> {
  return policy[name] === undefined ? {} : ({ [name]: policy[name] } as Pick<DeliveryPolicy, Name>);
}

const POLICY_FIELDS = ["catchUp", "usefulFor", "retry", "inDoubt", "spread", "urgent", "repeat"] as const;

function givenPolicy(request: CampaignPatch): PolicyRequest {
  const named = POLICY_FIELDS.map((name) => [name, request[name]] as const);
  // What is left out or null takes the default, so only what is of a request's type is left.
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== null));
}

interface EscalatingParts {
  request: CampaignPatch;
  reading: Reading;
  schedule: Schedule;
  issues: InputIssue[];
}

function escalating(
  deps: EngineDeps,
  policy: DeliveryPolicy,
  { request, reading, schedule, issues }: EscalatingParts,
): Promise<DeliveryPolicy> {
  const addressees = addresseesOf(deps, reading.tenant.id);
  return withEscalation(deps, policy, { repeat: request.repeat, schedule, addressees, issues });
}

function channelIssues(deps: EngineDeps, { channels }: CampaignPatch): InputIssue[] {
  return (channels ?? []).flatMap((name, index) =>
    deps.channels.get(name) ? [] : [unknownChannel(deps, ["channels", index], name)],
  );
}

async function endpointIssues(
  deps: EngineDeps,
  { endpoint }: CampaignPatch,
  { tenant }: Reading,
): Promise<InputIssue[]> {
  if (endpoint === undefined || endpoint === null) return [];
  const issue = await endpointIssue(endpoint, addresseesOf(deps, tenant.id));
  return issue ? [{ ...issue, path: ["endpoint"] }] : [];
}

function readEventsWithin(value: string | null | undefined, issues: InputIssue[]): number | null {
  if (value === undefined || value === null) return null;
  return readDuration({ path: ["eventsWithin"], value, range: EVENTS_WITHIN_RANGE, defaultMs: 0 }, issues);
}

function refusal(
  { what }: Reading,
  issues: readonly InputIssue[],
  code = "invalid_input",
): InvalidInputError {
  const [first] = issues;
  const wrong = first ? `${first.path.join(".")} ${first.message}` : "it is not valid";
  return new InvalidInputError(`Cannot ${what}: ${wrong}`, issues, code);
}
