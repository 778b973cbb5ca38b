import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Target } from "../domain/target.ts";
import type { Receipt } from "../store/access.ts";
import type { Acceptance } from "../store/store.ts";
import { type Plan, planOf, readSchedule, refusePast, ScheduleError } from "../time/schedule.ts";
import { type Addressees, addresseesOf, addressTo, remembering } from "./destinations.ts";
import type { Accepted, ReminderRequest, RepeatRequest, Tenant } from "./engine.ts";
import { withEscalation } from "./escalation.ts";
import { contextFor, newReminder } from "./new-reminder.ts";
import { readPolicy } from "./policy.ts";
import type { EngineDeps } from "./ports.ts";
import { promoteReminder, ringLimit } from "./promote.ts";
import { createPiece, turn } from "./turn.ts";

/** One request, judged: to be stored, or refused. */
type Judged = { ok: true; acceptance: Acceptance } | { ok: false; error: InvalidInputError };

export interface AcceptanceEvents {
  /** Deliveries are stored; the soonest is to be sent at this instant. */
  onStored: (sendAtMs: number) => void;
  /** A near window holds more occurrences than were made at once. */
  onMore: () => void;
}

/**
 * The way in: validates, resolves the schedule, and stores; what is due inside the near window gets its
 * deliveries in the same write, so that no later pass can miss it.
 */
export function createAcceptance(deps: EngineDeps, events: AcceptanceEvents) {
  return async (
    tenant: Tenant,
    requests: readonly ReminderRequest[],
    receiptOf?: (results: readonly Accepted[]) => Receipt,
  ): Promise<Accepted[]> => {
    const addressees = remembering(addresseesOf(deps, tenant.id));
    const judged: Judged[] = [];
    const context = { deps, tenant, addressees, limit: ringLimit(requests.length) };
    let isLong = createPiece(deps.clock);
    for (const request of requests) {
      judged.push(await judge(context, request));
      if (!isLong()) continue;
      await turn();
      isLong = createPiece(deps.clock);
    }
    const results = judged.map(toResult);
    const batch = judged.flatMap((one) => (one.ok ? [one.acceptance] : []));
    if (batch.length === 0) return results;
    await deps.store.accept(batch, receiptOf?.(results));
    announce(deps, batch, events);
    return results;
  };
}

/** Tells of reminders that are stored, and of what is due soon. */
export function announce(
  { clock, tuning, observe }: EngineDeps,
  batch: readonly Acceptance[],
  events: AcceptanceEvents,
): void {
  const horizonMs = clock.now() + tuning.nearWindowMs;
  let soonestMs = Number.POSITIVE_INFINITY;
  let isMore = false;
  for (const { reminder, deliveries } of batch) {
    observe?.({ kind: "accepted", reminder, deliveries: deliveries.length });
    for (const { sendAtMs } of deliveries) soonestMs = Math.min(soonestMs, sendAtMs);
    isMore ||= reminder.next !== null && reminder.next.dueMs <= horizonMs;
  }
  if (Number.isFinite(soonestMs)) events.onStored(soonestMs);
  if (isMore) events.onMore();
}

interface JudgeContext {
  deps: EngineDeps;
  tenant: Tenant;
  addressees: Addressees;
  /** How many occurrences of a reminder become deliveries at once. */
  limit: number;
}

async function judge(
  { deps, tenant, addressees, limit }: JudgeContext,
  request: ReminderRequest,
): Promise<Judged> {
  const nowMs = Math.floor(deps.clock.now());
  const issues: InputIssue[] = [];
  const addressed = await addressTo(deps, request.to, addressees);
  if (!addressed.ok) issues.push(addressed.issue);
  issues.push(...deps.content.check(request.content));
  const { target, recipient } = addressed.ok ? addressed : { target: request.to, recipient: null };
  const made = toReminder({ deps, tenant, request, target, recipient, nowMs, issues });
  if (typeof made === "string") return refuse(made, issues);
  const { plan } = made;
  const { repeat } = request;
  const reminder = repeat?.escalation
    ? await escalating(deps, made.reminder, { repeat, addressees, issues })
    : made.reminder;
  if (issues.length > 0) return refuse("invalid_input", issues);
  const { deliveries, next, rung } = promoteReminder(deps, reminder, { nowMs, limit, plan });
  return { ok: true, acceptance: { reminder: { ...reminder, next, rung }, deliveries } };
}

async function escalating(
  deps: EngineDeps,
  reminder: Reminder,
  given: { repeat: RepeatRequest; addressees: Addressees; issues: InputIssue[] },
): Promise<Reminder> {
  const { spec } = reminder;
  const policy = await withEscalation(deps, spec.policy, { ...given, schedule: spec.schedule });
  return policy === spec.policy ? reminder : { ...reminder, spec: { ...spec, policy } };
}

interface RequestContext {
  deps: EngineDeps;
  tenant: Tenant;
  request: ReminderRequest;
  target: Target;
  recipient: Recipient | null;
  nowMs: number;
  issues: InputIssue[];
}

/** The reminder before its first promotion, with its plan; or the code of what is wrong with its schedule. */
function toReminder(given: RequestContext): { reminder: Reminder; plan: Plan } | string {
  const { deps, tenant, request, target, recipient, nowMs, issues } = given;
  const context = contextFor(tenant, recipient, nowMs);
  try {
    const schedule = readSchedule(request.schedule, context);
    const plan = planOf(schedule, context);
    const first = refusePast(schedule, plan, context);
    const policy = readPolicy(request, plan.defaultUsefulForMs, issues);
    const { content, metadata = {} } = request;
    const spec = { schedule, target, content, policy, metadata };
    const id = deps.ids.next("rem");
    return { reminder: newReminder(deps, { tenant, id, spec, recipient, first, nowMs }), plan };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    issues.push(...error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] })));
    // Only for what is wrong with the rest: nobody should hear of that one mistake at a time.
    readPolicy(request, 0, issues);
    return error.code;
  }
}

function refuse(code: string, issues: readonly InputIssue[]): Judged {
  const first = issues[0];
  const what = first ? `${first.path.join(".")} ${first.message}` : "it is not valid";
  return { ok: false, error: new InvalidInputError(`Cannot accept the reminder: ${what}`, issues, code) };
}

function toResult(judged: Judged): Accepted {
  if (!judged.ok) return judged;
  const { reminder, deliveries } = judged.acceptance;
  return { ok: true, view: { reminder, upcoming: deliveries[0]?.occurrence ?? reminder.next } };
}
