import { type Delivery, isByHand } from "../domain/delivery.ts";
import type { CatchUp, Reminder, ReminderSpec } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ChangeKindOf, Standing } from "./change.ts";
import type { EngineDeps } from "./ports.ts";
import { changedFrom, firstUnsent, following, planOfReminder, planRule, spentFromMs } from "./replan.ts";

/** Rests the rule: what waits of it is withdrawn, and the reminder stands before the first of that. */
export function pausing(deps: EngineDeps): ChangeKindOf {
  return {
    event: "pause",
    what: "paused",
    propose: ({ reminder, open, nowMs }) => {
      if (reminder.state === "paused") return { kind: "unchanged" };
      const next = earliestOf(reminder, open);
      const after = changedFrom(reminder, nowMs, { state: "paused", next });
      const deliveries = open.filter(isByHand).map(following(deps, after));
      const reason = "the reminder was paused";
      const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(after, nowMs) };
      return { kind: "change", change: { kind: "paused", reminder: after, deliveries, ...parts } };
    },
  };
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
      const after = changedFrom(reminder, nowMs, { state: "active" });
      const catchUp = missed ?? reminder.spec.policy.catchUp;
      const from = await whereToGoOn(deps, standing, catchUp);
      const { deliveries, next } = planRule(deps, after, { from, nowMs, catchUp });
      const byHand = open.filter(isByHand).map(following(deps, after));
      const unsent = await firstUnsent(deps, after, { from: next, nowMs });
      const spec = missedAs(catchUp, { spec: after.spec, next: unsent, nowMs });
      return {
        kind: "change",
        change: {
          kind: "resumed",
          reminder: { ...after, spec, next: unsent },
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
