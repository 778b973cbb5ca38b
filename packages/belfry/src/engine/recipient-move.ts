import { isDeepStrictEqual } from "node:util";
import { type Delivery, isByHand } from "../domain/delivery.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Reminder, ReminderSpec } from "../domain/reminder.ts";
import { isRecipientTarget, type RecipientTarget } from "../domain/target.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ChangeKindOf, ProposedChange, Standing } from "./change.ts";
import { deliveriesOf } from "./deliveries-of.ts";
import { following } from "./follow.ts";
import { coveredFrom, pendingOf } from "./moved-occurrences.ts";
import type { EngineDeps } from "./ports.ts";
import { missingDate, plannedWith } from "./recipient-plan.ts";
import { changedFrom, firstUnsent, planOfReminder, planRule, rungBefore, spentFromMs } from "./replan.ts";

const REASON = "the recipient was changed";

/** Plans a reminder anew with what its recipient is now: zone, dates, addresses and channels. */
export function movingWith(deps: EngineDeps, recipient: Recipient): ChangeKindOf {
  return {
    event: "edit",
    what: "moved",
    propose: async (standing) => {
      const { target, schedule } = standing.reminder.spec;
      if (!isRecipientTarget(target)) return { kind: "unchanged" };
      const missing = missingDate(schedule, recipient);
      if (missing !== null) return waitFor(deps, standing, { recipient, target, missing });
      const after = plannedFor(deps, standing, { recipient, target });
      if (isPlannedAlike(standing.reminder, after) && !hasFallenBehind(standing, after))
        return { kind: "unchanged" };
      const change = movesInstants(standing.reminder, after)
        ? await moved(deps, standing, after)
        : sameInstants(deps, standing, after);
      return { kind: "change", change };
    },
  };
}

/** Whether what a reminder rings is at other instants with what its recipient is now. */
export function ringsElsewhere(
  deps: EngineDeps,
  standing: Pick<Standing, "reminder" | "tenant" | "nowMs">,
  recipient: Recipient,
): boolean {
  const { reminder } = standing;
  const { target, schedule, planned } = reminder.spec;
  if (!isRecipientTarget(target) || planned?.epoch === recipient.epoch) return false;
  if (missingDate(schedule, recipient) !== null) return true;
  return movesInstants(reminder, plannedFor(deps, standing, { recipient, target }));
}

interface Owner {
  recipient: Recipient;
  target: RecipientTarget;
}

/** The reminder as it is planned with the recipient of now, before it is said where it stands. */
function plannedFor(
  deps: EngineDeps,
  { reminder, tenant, nowMs }: Pick<Standing, "reminder" | "tenant" | "nowMs">,
  { recipient, target }: Owner,
): Reminder {
  const { spec } = reminder;
  const planned = plannedWith(deps, recipient, { target, schedule: spec.schedule });
  const timeZone = recipient.timeZone ?? tenant.timeZone;
  const state = hasWaited(spec) && !spec.planned?.wasPaused ? "active" : reminder.state;
  return changedFrom(reminder, nowMs, { spec: { ...spec, planned }, timeZone, state });
}

function hasWaited({ planned }: ReminderSpec): boolean {
  return planned?.waitsFor !== undefined;
}

function isPlannedAlike(before: Reminder, after: Reminder): boolean {
  return before.timeZone === after.timeZone && isDeepStrictEqual(before.spec.planned, after.spec.planned);
}

/**
 * What was made at the moment of an earlier change may still say what the recipient was before it, and would
 * not be sent so.
 */
function hasFallenBehind({ reminder, open }: Standing, { spec }: Reminder): boolean {
  const epoch = spec.planned?.epoch ?? 0;
  return open.some(
    ({ state, recipientId, recipientEpoch, redrivenAtMs }) =>
      state !== "leased" &&
      redrivenAtMs === null &&
      recipientId === reminder.recipientId &&
      recipientEpoch < epoch,
  );
}

function movesInstants(before: Reminder, after: Reminder): boolean {
  if (hasWaited(before.spec)) return true;
  const isElsewhere = before.timeZone !== after.timeZone && planOfReminder(before).floating;
  return isElsewhere || !isDeepStrictEqual(before.spec.planned?.dates, after.spec.planned?.dates);
}

function sameInstants(
  deps: EngineDeps,
  { reminder, open, nowMs }: Standing,
  after: Reminder,
): ProposedChange {
  const deliveries = following(deps, after, reminder.spec)(open);
  const parts = { movesInstants: false, reason: REASON, spentFromMs: spentFromMs(reminder, nowMs) };
  return { kind: "changed", reminder: after, deliveries, ...parts };
}

/** The date that the rule reads is no longer there: it rests, and stands where it stood. */
function waitFor(
  deps: EngineDeps,
  standing: Standing,
  { recipient, target, missing }: Owner & { missing: string },
) {
  const { reminder, open, nowMs } = standing;
  const { spec } = reminder;
  const planned = {
    ...plannedWith(deps, recipient, { target, schedule: spec.schedule }),
    // What it was planned with last: its place in the rule is told by that.
    ...(spec.planned?.dates ? { dates: spec.planned.dates } : {}),
    waitsFor: missing,
    ...(reminder.state === "paused" && !hasWaited(spec) ? { wasPaused: true } : {}),
    ...(spec.planned?.wasPaused ? { wasPaused: true } : {}),
  };
  const isAlike = isDeepStrictEqual(planned, spec.planned);
  if (isAlike && !hasFallenBehind(standing, { ...reminder, spec: { ...spec, planned } }))
    return { kind: "unchanged" as const };
  const [first] = open.filter((delivery) => !isByHand(delivery) && delivery.state !== "leased");
  const next = first?.occurrence ?? reminder.next;
  const rung = rungBefore(reminder, open);
  const after = changedFrom(reminder, nowMs, { spec: { ...spec, planned }, state: "paused", next, rung });
  const deliveries = following(deps, after, spec)(open.filter(isByHand));
  const reason = `the recipient has no date "${missing}" any more`;
  const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(reminder, nowMs) };
  return {
    kind: "change" as const,
    change: { kind: "changed" as const, reminder: after, deliveries, ...parts },
  };
}

/**
 * The rule rings at other instants: what was not sent moves, and what a move would skip goes out at once.
 *
 * @param reason why what waits is withdrawn, in words
 */
export async function moved(
  deps: EngineDeps,
  standing: Standing,
  after: Reminder,
  reason = REASON,
): Promise<ProposedChange> {
  const { reminder, open, nowMs } = standing;
  const parts = { kind: "changed", movesInstants: true, reason } as const;
  const spentFrom = { spentFromMs: spentFromMs(reminder, nowMs) };
  const follow = following(deps, after, reminder.spec);
  const pending = await pendingOf(deps, standing);
  const kept = follow(
    open.filter((delivery) => isByHand(delivery) || pending.begun.has(delivery.occurrenceId)),
  );
  const { missed, from } = await coveredFrom(deps, after, { ...pending, nowMs });
  const rung = rungBefore(reminder, open);
  if (after.state === "paused") {
    const next = missed ?? from;
    return { ...parts, ...spentFrom, reminder: { ...after, next, rung }, deliveries: kept };
  }
  const atOnce = missed === null ? [] : skippedByMove(deps, after, { occurrence: missed, nowMs, rung });
  const { catchUp } = after.spec.policy;
  const plan = planRule(deps, after, { from, nowMs, catchUp, rung: rung + (missed === null ? 0 : 1) });
  const next = await firstUnsent(deps, after, { from: plan.next, nowMs });
  const deliveries = [...kept, ...atOnce, ...plan.deliveries];
  return { ...parts, ...spentFrom, reminder: { ...after, next, rung: plan.rung }, deliveries };
}

/** If it is no longer useful, it expires at once and says so. */
function skippedByMove(
  deps: EngineDeps,
  after: Reminder,
  { occurrence, nowMs, rung }: { occurrence: Occurrence; nowMs: number; rung: number },
): Delivery[] {
  const note = "a change moved it into the past: it goes out at once";
  return deliveriesOf(deps, after, { rings: [{ occurrence, note }], nowMs, rung });
}
