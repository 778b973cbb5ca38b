import { isDeepStrictEqual } from "node:util";
import { isByHand } from "../domain/delivery.ts";
import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { DeliveryPolicy, Reminder, ReminderSpec } from "../domain/reminder.ts";
import { isRecipientTarget, type Target } from "../domain/target.ts";
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
import { addresseesOf, addressTo } from "./destinations.ts";
import { withEscalation } from "./escalation.ts";
import { following } from "./follow.ts";
import { contextFor, plannedPart } from "./new-reminder.ts";
import { type PolicyRequest, readPolicy } from "./policy.ts";
import type { EngineDeps } from "./ports.ts";
import { readsDate } from "./recipient-plan.ts";
import type { ReminderPatch } from "./reminder-changes.ts";
import { changedFrom, firstUnsent, planOfReminder, planRule, rungBefore, spentFromMs } from "./replan.ts";

const REASON = "the reminder was changed";

/** Where it goes, and what that makes of its rule. */
interface Addressee {
  target: Target;
  recipient: Recipient | null;
  /** The zone in which a floating rule is read. */
  timeZone: string;
}

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
      const issues = patch.content ? deps.content.check(patch.content) : [];
      const addressee = await addresseeOf(deps, standing, { patch, issues });
      const replan = readReplan(standing, { patch, addressee, issues });
      const read = readNewPolicy(standing, { patch, plan: replan.plan, issues });
      const addressees = addresseesOf(deps, standing.tenant.id);
      const given = { repeat: patch.repeat, schedule: replan.schedule, addressees, issues };
      const policy = await withEscalation(deps, read, given);
      if (issues.length > 0) throw refusal(issues);
      const spec = specOf(deps, standing.reminder, { patch, addressee, replan, policy });
      if (replan.first === undefined && isDeepStrictEqual(spec, standing.reminder.spec))
        return { kind: "unchanged" };
      const recipientId = addressee.recipient?.id ?? recipientIdOf(addressee.target);
      return { kind: "change", change: await changeTo(deps, standing, { spec, replan, recipientId }) };
    },
  };
}

/** One who has been deleted meanwhile is still the one that it goes to: it is about to be cancelled. */
function recipientIdOf(target: Target): string | null {
  return isRecipientTarget(target) ? target.recipient : null;
}

async function addresseeOf(
  { store, channels }: EngineDeps,
  { tenant, reminder }: Standing,
  { patch, issues }: { patch: ReminderPatch; issues: InputIssue[] },
): Promise<Addressee> {
  const addressees = addresseesOf({ store }, tenant.id);
  const { recipientId, timeZone, spec } = reminder;
  if (patch.to === undefined) {
    const recipient = recipientId === null ? null : await addressees.findRecipient(recipientId);
    return { target: spec.target, recipient, timeZone };
  }
  const addressed = await addressTo({ channels }, patch.to, addressees);
  if (addressed.ok) return { ...addressed, timeZone: addressed.recipient?.timeZone ?? tenant.timeZone };
  issues.push(addressed.issue);
  return { target: patch.to, recipient: null, timeZone };
}

interface ReplanParts {
  patch: ReminderPatch;
  addressee: Addressee;
  issues: InputIssue[];
}

/** @throws InvalidInputError with the schedule's own code */
function readReplan(
  { reminder, tenant, nowMs }: Standing,
  { patch, addressee, issues }: ReplanParts,
): Replan {
  const { schedule, anchorMs } = reminder.spec;
  const stays = { schedule, plan: planOfReminder(reminder), timeZone: reminder.timeZone, anchorMs };
  if (patch.schedule === undefined && !movesWith(addressee, stays, reminder)) return stays;
  const context = contextFor(tenant, addressee.recipient, nowMs);
  try {
    const given = readSchedule(patch.schedule === undefined ? schedule : patch.schedule, context);
    const isSame = isDeepStrictEqual(given, schedule) && !countsFromNow(given);
    if (isSame && !movesWith({ ...addressee, timeZone: context.timeZone }, stays, reminder)) return stays;
    const plan = planOf(given, context);
    const first = refusePast(given, plan, context);
    return { schedule: given, plan, timeZone: context.timeZone, anchorMs: nowMs, first };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] })));
    // Only for what is wrong with the rest: nobody should hear of that one mistake at a time.
    readPolicy(givenPolicy(patch), 0, issues);
    throw refusal(issues, error.code);
  }
}

/** Whether the same words ring at other times for whom it goes to now. */
function movesWith(
  { recipient, timeZone }: Addressee,
  { schedule, plan }: Replan,
  reminder: Reminder,
): boolean {
  const isElsewhere = plan.floating && timeZone !== reminder.timeZone;
  const isOther = readsDate(schedule) && (recipient?.id ?? null) !== reminder.recipientId;
  return isElsewhere || isOther;
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
    ...optional("urgent", patch.urgent === undefined ? before : read),
    ...optional("spreadMs", patch.spread === undefined ? before : read),
    ...optional("repeat", patch.repeat === undefined ? before : read),
  };
}

function optional<Name extends "urgent" | "spreadMs" | "repeat">(
  name: Name,
  policy: DeliveryPolicy,
): Pick<DeliveryPolicy, Name> | Record<string, never> {
  return policy[name] === undefined ? {} : ({ [name]: policy[name] } as Pick<DeliveryPolicy, Name>);
}

function givenPolicy(patch: ReminderPatch): PolicyRequest {
  const { catchUp, usefulFor, retry, inDoubt, spread, urgent, repeat } = patch;
  const named = Object.entries({ catchUp, usefulFor, retry, inDoubt, spread, urgent, repeat });
  // What is left out or null takes the default, so only what is of a request's type is left.
  return Object.fromEntries(named.filter(([, value]) => value !== undefined && value !== null));
}

interface SpecParts {
  patch: ReminderPatch;
  addressee: Addressee;
  replan: Replan;
  policy: DeliveryPolicy;
}

function specOf(
  deps: EngineDeps,
  { spec }: Reminder,
  { patch, addressee, replan, policy }: SpecParts,
): ReminderSpec {
  const { content, metadata } = patch;
  const { target, recipient } = addressee;
  const { schedule, anchorMs, first } = replan;
  const { missed } = spec;
  return {
    schedule,
    ...(anchorMs === undefined ? {} : { anchorMs }),
    target,
    content: content ?? spec.content,
    policy,
    metadata: metadata === undefined ? spec.metadata : (metadata ?? {}),
    ...stillWaiting(spec, plannedPart(deps, recipient, { target, schedule })),
    ...(missed === undefined || first ? {} : { missed }),
  };
}

/** What waited for a date goes on waiting for it, from where it stood, whatever else is edited. */
function stillWaiting(
  { planned: before }: ReminderSpec,
  part: Pick<ReminderSpec, "planned">,
): Pick<ReminderSpec, "planned"> {
  const { planned } = part;
  const { waitsFor, wasPaused, dates } = before ?? {};
  if (!planned?.dates || waitsFor === undefined || Object.hasOwn(planned.dates, waitsFor)) return part;
  const kept = { ...(dates ? { dates } : {}), ...(wasPaused ? { wasPaused } : {}) };
  return { planned: { ...planned, ...kept, waitsFor } };
}

async function changeTo(
  deps: EngineDeps,
  standing: Standing,
  { spec, replan, recipientId }: { spec: ReminderSpec; replan: Replan; recipientId: string | null },
): Promise<ProposedChange> {
  const { open, nowMs } = standing;
  const after = changedFrom(standing.reminder, nowMs, { spec, recipientId, timeZone: replan.timeZone });
  const parts = {
    kind: "changed",
    reason: REASON,
    spentFromMs: spentFromMs(standing.reminder, nowMs),
  } as const;
  const follow = following(deps, after, standing.reminder.spec);
  if (replan.first === undefined) {
    return { ...parts, reminder: after, deliveries: follow(open), movesInstants: false };
  }
  const from = await firstUnsent(deps, after, { from: replan.first, nowMs });
  const byHand = follow(open.filter(isByHand));
  const before = rungBefore(standing.reminder, open);
  if (after.state === "paused") {
    const paused = { ...after, next: from, rung: before };
    return { ...parts, reminder: paused, deliveries: byHand, movesInstants: true };
  }
  const plan = { from, nowMs, catchUp: spec.policy.catchUp, rung: before };
  const { deliveries, next, rung } = planRule(deps, after, plan);
  const unsent = await firstUnsent(deps, after, { from: next, nowMs });
  const reminder = { ...after, next: unsent, rung };
  return { ...parts, reminder, deliveries: [...byHand, ...deliveries], movesInstants: true };
}

function refusal(issues: readonly InputIssue[], code = "invalid_input"): InvalidInputError {
  const [first] = issues;
  const what = first ? `${first.path.join(".")} ${first.message}` : "it is not valid";
  return new InvalidInputError(`Cannot change the reminder: ${what}`, issues, code);
}
