import { unskipped } from "../domain/advance.ts";
import { type Delivery, isByHand } from "../domain/delivery.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Occurrence } from "../time/schedule.ts";
import type { ChangeKindOf, Standing } from "./change.ts";
import type { EngineDeps } from "./ports.ts";
import { changedFrom, following, keysOf, planOfReminder, spentFromMs, unsentFrom } from "./replan.ts";

/** How far ahead an occurrence is looked for by its nominal time. */
const MOST_SEARCHED = 1_000;
/** More than so many are an exception list of the rule itself. */
const MOST_SKIPS = 1_000;

/** Takes one occurrence out of the rule, whether it waits already or is still to be planned. */
export function skipping(deps: EngineDeps, nominal: string | undefined): ChangeKindOf {
  return {
    event: "skip",
    what: "skipped",
    propose: async (standing) => {
      const { reminder, open, nowMs } = standing;
      const ofRule = open.filter((delivery) => !isByHand(delivery));
      const held = heldAs(ofRule, nominal);
      if (held) return { kind: "in-flight", deliveryId: held.id };
      const find = nominal === undefined ? nextOf(deps, standing) : named(deps, standing, nominal);
      const skipped = await find;
      if (skipped === null) return { kind: "nothing-to-skip" };
      const after = without(reminder, skipped, nowMs);
      const stays = open.filter((delivery) => isByHand(delivery) || delivery.occurrence.key !== skipped.key);
      const deliveries = stays.map(following(deps, after));
      const reason = "this occurrence was skipped";
      const parts = { movesInstants: false, reason, spentFromMs: spentFromMs(reminder, nowMs) };
      return { kind: "change", change: { kind: "skipped", reminder: after, deliveries, ...parts }, skipped };
    },
  };
}

function heldAs(ofRule: readonly Delivery[], nominal: string | undefined): Delivery | undefined {
  return ofRule.find(({ state, occurrence }) => state === "leased" && occurrence.nominal === nominal);
}

/** The soonest that nobody has begun with. */
async function nextOf(deps: EngineDeps, { reminder, open, nowMs }: Standing): Promise<Occurrence | null> {
  const ofRule = open.filter((delivery) => !isByHand(delivery));
  const waiting = ofRule.find((delivery) => delivery.state === "scheduled" && delivery.story.length === 0);
  if (waiting) return waiting.occurrence;
  const begun = new Set(ofRule.map((delivery) => delivery.occurrence.key));
  for await (const next of unsentFrom(deps, reminder, { from: reminder.next, nowMs })) {
    if (!begun.has(next.key)) return next;
  }
  return null;
}

/** @throws InvalidInputError if the rule does not ring then */
async function named(
  deps: EngineDeps,
  { reminder, open, nowMs }: Standing,
  nominal: string,
): Promise<Occurrence> {
  const waiting = open.find((delivery) => !isByHand(delivery) && delivery.occurrence.nominal === nominal);
  if (waiting) return waiting.occurrence;
  let searched = 0;
  for await (const next of unsentFrom(deps, reminder, { from: reminder.next, nowMs })) {
    if (next.nominal === nominal) return next;
    if (++searched >= MOST_SEARCHED) break;
  }
  const message = "is none of the occurrences to come";
  const allowed = 'the nominal time of one, such as "2026-12-24T09:00"';
  throw new InvalidInputError(`Cannot skip an occurrence: "${nominal}" ${message}`, [
    { path: ["occurrence"], value: nominal, message, allowed },
  ]);
}

/** @throws InvalidInputError if too many are taken out already */
function without(reminder: Reminder, { key, dueMs }: Occurrence, nowMs: number): Reminder {
  const skips = [...reminder.skips, { key, dueMs }];
  const after = changedFrom(reminder, nowMs, { skips });
  if (after.skips.length > MOST_SKIPS) {
    const allowed = `at most ${MOST_SKIPS} skipped ahead; give the rule exdates or another form`;
    throw new InvalidInputError(`Cannot skip an occurrence: ${MOST_SKIPS} are skipped already`, [
      { path: ["occurrence"], value: key, message: "is one too many", allowed },
    ]);
  }
  return { ...after, next: unskipped(planOfReminder(reminder), reminder.next, keysOf(after.skips)) };
}
