import { type Delivery, isByHand } from "../domain/delivery.ts";
import type { CatchUp, Reminder, ReminderSpec } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ChangeKindOf, Proposal, Standing } from "./change.ts";
import { following } from "./follow.ts";
import type { EngineDeps } from "./ports.ts";
import { changedFrom, firstUnsent, planOfReminder, planRule, rungBefore, spentFromMs } from "./replan.ts";

/** Rests the rule: what waits of it is withdrawn, and the reminder stands before the first of that. */
export function pausing(deps: EngineDeps): ChangeKindOf {
  return {
    event: "pause",
    what: "paused",
    propose: ({ reminder, open, nowMs }) => {
      if (reminder.state === "paused") return waiting(deps, { reminder, open, nowMs }, { isPaused: true });
      const next = earliestOf(reminder, open);
      const after = changedFrom(reminder, nowMs, { state: "paused", next, rung: rungBefore(reminder, open) });
      const deliveries = following(deps, after)(open.filter(isByHand));
      const reason = "the reminder was paused";
      const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(after, nowMs) };
      return { kind: "change", change: { kind: "paused", reminder: after, deliveries, ...parts } };
    },
  };
}

/** Whether it rests for want of a date of its recipient's, whoever has paused it. */
function isWaiting({ spec }: Reminder): boolean {
  return spec.planned?.waitsFor !== undefined;
}

/** One that waits for a date rests as it is: it is only noted whether it is to go on once that is there. */
function waiting(
  deps: EngineDeps,
  { reminder, open, nowMs }: Omit<Standing, "tenant">,
  { isPaused }: { isPaused: boolean },
): Proposal {
  const { spec } = reminder;
  if (!spec.planned || !isWaiting(reminder)) return { kind: "unchanged" };
  const { wasPaused = false, ...others } = spec.planned;
  if (wasPaused === isPaused) return { kind: "unchanged" };
  const planned = isPaused ? { ...others, wasPaused: true } : others;
  const after = changedFrom(reminder, nowMs, { spec: { ...spec, planned } });
  const deliveries = following(deps, after)(open.filter(isByHand));
  const kind = isPaused ? "paused" : "resumed";
  const reason = `the reminder was ${kind}`;
  const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(after, nowMs) };
  return { kind: "change", change: { kind, reminder: after, deliveries, ...parts } };
}

/** What a worker holds may yet fail, so it counts too: once delivered, it is not rung again. */
function earliestOf({ next }: Reminder, open: readonly Delivery[]): Occurrence | null {
  const all = open.filter((delivery) => !isByHand(delivery)).map((delivery) => delivery.occurrence);
  return (next === null ? all : [...all, next]).reduce<Occurrence | null>(
    (earliest, one) => (earliest !== null && earliest.dueMs <= one.dueMs ? earliest : one),
    null,
  );
}

/** Goes on from where the reminder stands; what fell due meanwhile was missed. */
export function resuming(deps: EngineDeps, missed: CatchUp | undefined): ChangeKindOf {
  return {
    event: "resume",
    what: "resumed",
    propose: async (standing) => {
      const { reminder, open, nowMs } = standing;
      if (reminder.state === "active") return { kind: "unchanged" };
      if (isWaiting(reminder)) return waiting(deps, standing, { isPaused: false });
      const after = changedFrom(reminder, nowMs, { state: "active" });
      const catchUp = missed ?? reminder.spec.policy.catchUp;
      const from = await whereToGoOn(deps, standing, catchUp);
      const { deliveries, next, rung } = planRule(deps, after, { from, nowMs, catchUp, rung: reminder.rung });
      const byHand = following(deps, after)(open.filter(isByHand));
      const unsent = await firstUnsent(deps, after, { from: next, nowMs });
      const spec = missedAs(catchUp, { spec: after.spec, next: unsent, nowMs });
      return {
        kind: "change",
        change: {
          kind: "resumed",
          reminder: { ...after, spec, next: unsent, rung },
          deliveries: [...byHand, ...deliveries],
          movesInstants: false,
          reason: "the reminder was resumed",
          spentFromMs: spentFromMs(reminder, nowMs),
        },
      };
    },
  };
}

/** What is left of what was missed, and is planned later, becomes what was said now. */
function missedAs(
  catchUp: CatchUp,
  { spec, next, nowMs }: { spec: ReminderSpec; next: Occurrence | null; nowMs: number },
): ReminderSpec {
  const isAllPlanned = next === null || next.dueMs >= nowMs;
  return isAllPlanned ? spec : { ...spec, missed: { catchUp, beforeMs: nowMs } };
}

/** One that rings once is always rung, however late, unless what was missed is not wanted. */
async function whereToGoOn(
  deps: EngineDeps,
  { reminder, nowMs }: Standing,
  catchUp: CatchUp,
): Promise<Occurrence | null> {
  const from = await firstUnsent(deps, reminder, { from: reminder.next, nowMs });
  const isMissedOnce = !planOfReminder(reminder).recurring && from !== null && from.dueMs < nowMs;
  return isMissedOnce && catchUp === "none" ? null : from;
}
