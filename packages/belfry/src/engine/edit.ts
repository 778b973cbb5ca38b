import { isDeepStrictEqual } from "node:util";
import { isByHand } from "../domain/delivery.ts";
import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { DeliveryPolicy, Reminder, ReminderSpec } from "../domain/reminder.ts";
import {
  type Occurrence,
  type Plan,
  planOf,
  readSchedule,
  refusePast,
  type Schedule,
  ScheduleError,
} from "../time/schedule.ts";
import type { ChangeKindOf, ProposedChange, Standing } from "./change.ts";
import { checkTarget } from "./destinations.ts";
import { type PolicyRequest, readPolicy } from "./policy.ts";
import type { EngineDeps } from "./ports.ts";
import type { ReminderPatch } from "./reminder-changes.ts";
import { changedFrom, firstUnsent, following, planOfReminder, planRule, spentFromMs } from "./replan.ts";

const REASON = "the reminder was changed";

/** What an edit makes of the schedule; `first` is undefined if it stays as it is. */
interface Replan {
  schedule: Schedule;
  plan: Plan;
  timeZone: string;
  anchorMs: number | undefined;
  first?: Occurrence;
}

/** Replaces parts of a reminder. */
export function editing(deps: EngineDeps, patch: ReminderPatch): ChangeKindOf {
  return {
    event: "edit",
    what: "edited",
    propose: async (standing) => {
      const issues = await targetIssues(deps, standing, patch);
      const replan = readReplan(standing, patch, issues);
      const policy = readNewPolicy(standing, { patch, plan: replan.plan, issues });
      if (issues.length > 0) throw refusal(issues);
      const spec = specOf(standing.reminder, { patch, replan, policy });
      if (replan.first === undefined && isDeepStrictEqual(spec, standing.reminder.spec))
        return { kind: "unchanged" };
      return { kind: "change", change: await changeTo(deps, standing, { spec, replan }) };
    },
  };
}

async function targetIssues(
  deps: EngineDeps,
  { tenant }: Standing,
  { to }: ReminderPatch,
): Promise<InputIssue[]> {
  if (to === undefined) return [];
  const knowsEndpoint = async (name: string) => (await deps.store.findEndpoint(tenant.id, name)) !== null;
  const issue = await checkTarget(deps, to, knowsEndpoint);
  return issue ? [issue] : [];
}

/** @throws InvalidInputError with the schedule's own code */
function readReplan(
  { reminder, tenant, nowMs }: Standing,
  patch: ReminderPatch,
  issues: InputIssue[],
): Replan {
  const { schedule, anchorMs } = reminder.spec;
  const stays = { schedule, plan: planOfReminder(reminder), timeZone: reminder.timeZone, anchorMs };
  if (patch.schedule === undefined) return stays;
  const context = { acceptedAtMs: nowMs, timeZone: tenant.timeZone };
  try {
    const given = readSchedule(patch.schedule, context);
    const isSame = isDeepStrictEqual(given, schedule) && !countsFromNow(given);
    if (isSame && (!stays.plan.floating || tenant.timeZone === reminder.timeZone)) return stays;
    const plan = planOf(given, context);
    const first = refusePast(given, plan, context);
    return { schedule: given, plan, timeZone: tenant.timeZone, anchorMs: nowMs, first };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] })));
    // Only for what is wrong with the rest: nobody should hear of that one mistake at a time.
    readPolicy(givenPolicy(patch), 0, issues);
    throw refusal(issues, error.code);
  }
}

/** The same words mean something else the next time. */
function countsFromNow(schedule: Schedule): boolean {
  return "in" in schedule || ("every" in schedule && schedule.start === undefined);
}

interface PolicyParts {
  patch: ReminderPatch;
  plan: Plan;
  issues: InputIssue[];
}

/** What is not given stays; null is the default; a default that the old schedule gave follows the new one. */
function readNewPolicy({ reminder }: Standing, { patch, plan, issues }: PolicyParts): DeliveryPolicy {
  const before = reminder.spec.policy;
  const { catchUp, usefulFor, retry, inDoubt } = patch;
  const read = readPolicy(givenPolicy(patch), plan.defaultUsefulForMs, issues);
  const wasDefault = before.usefulForMs === planOfReminder(reminder).defaultUsefulForMs;
  return {
    catchUp: catchUp === undefined ? before.catchUp : read.catchUp,
    usefulForMs: usefulFor === undefined && !wasDefault ? before.usefulForMs : read.usefulForMs,
    retry: retry === undefined ? before.retry : read.retry,
    inDoubt: inDoubt === undefined ? before.inDoubt : read.inDoubt,
  };
}

function givenPolicy({ catchUp, usefulFor, retry, inDoubt }: ReminderPatch): PolicyRequest {
  const named = Object.entries({ catchUp, usefulFor, retry, inDoubt });
  // What is left out or null takes the default, so only what is of a request's type is left.
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== null));
}

interface SpecParts {
  patch: ReminderPatch;
  replan: Replan;
  policy: DeliveryPolicy;
}

function specOf({ spec }: Reminder, { patch, replan, policy }: SpecParts): ReminderSpec {
  const { to, content, metadata } = patch;
  const { schedule, anchorMs, first } = replan;
  const { missed } = spec;
  return {
    schedule,
    ...(anchorMs === undefined ? {} : { anchorMs }),
    target: to ?? spec.target,
    content: content ?? spec.content,
    policy,
    metadata: metadata === undefined ? spec.metadata : (metadata ?? {}),
    ...(missed === undefined || first ? {} : { missed }),
  };
}

async function changeTo(
  deps: EngineDeps,
  standing: Standing,
  { spec, replan }: { spec: ReminderSpec; replan: Replan },
): Promise<ProposedChange> {
  const { reminder: before, open, nowMs } = standing;
  const after = changedFrom(before, nowMs, { spec, timeZone: replan.timeZone });
  const parts = { kind: "changed", reason: REASON, spentFromMs: spentFromMs(before, nowMs) } as const;
  const follow = following(deps, after);
  if (replan.first === undefined) {
    return { ...parts, reminder: after, deliveries: open.map(follow), movesInstants: false };
  }
  const from = await firstUnsent(deps, after, { from: replan.first, nowMs });
  const byHand = open.filter(isByHand).map(follow);
  if (after.state === "paused") {
    return { ...parts, reminder: { ...after, next: from }, deliveries: byHand, movesInstants: true };
  }
  const { deliveries, next } = planRule(deps, after, { from, nowMs, catchUp: spec.policy.catchUp });
  const unsent = await firstUnsent(deps, after, { from: next, nowMs });
  const reminder = { ...after, next: unsent };
  return { ...parts, reminder, deliveries: [...byHand, ...deliveries], movesInstants: true };
}

function refusal(issues: readonly InputIssue[], code = "invalid_input"): InvalidInputError {
  const [first] = issues;
  const what = first ? `${first.path.join(".")} ${first.message}` : "it is not valid";
  return new InvalidInputError(`Cannot change the reminder: ${what}`, issues, code);
}
