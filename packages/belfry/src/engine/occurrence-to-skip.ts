import { type Delivery, isByHand } from "../domain/delivery.ts";
import { InvalidInputError } from "../domain/errors.ts";
import { type Occurrence, occurrencesNamed } from "../time/schedule.ts";
import type { Standing } from "./change.ts";
import type { EngineDeps } from "./ports.ts";
import { firstUnsent, keysOf, planOfReminder, unsentFrom } from "./replan.ts";

/** What is to be taken out of a rule, or why nothing is. */
export type ToSkip =
  | { kind: "occurrence"; occurrence: Occurrence }
  | { kind: "in-flight"; deliveryId: string }
  | { kind: "nothing-to-skip" };

/** The soonest that nobody has begun with. */
export async function soonestToSkip(deps: EngineDeps, standing: Standing): Promise<ToSkip> {
  const soonest = await soonestOf(deps, standing);
  return soonest === null ? { kind: "nothing-to-skip" } : { kind: "occurrence", occurrence: soonest };
}

async function soonestOf(deps: EngineDeps, { reminder, open, nowMs }: Standing): Promise<Occurrence | null> {
  const ofRule = open.filter((delivery) => !isByHand(delivery));
  const waiting = ofRule.find((delivery) => delivery.state === "scheduled" && delivery.story.length === 0);
  if (waiting) return waiting.occurrence;
  const begun = new Set(ofRule.map((delivery) => delivery.occurrence.key));
  for await (const next of unsentFrom(deps, reminder, { from: reminder.next, nowMs })) {
    if (!begun.has(next.key)) return next;
  }
  return null;
}

/**
 * The one that a text names, however far ahead: by its nominal time, its instant, or the wall clock in the
 * rule's zone.
 *
 * @throws InvalidInputError if none of those to come is meant, or more than one
 */
export async function namedToSkip(deps: EngineDeps, standing: Standing, text: string): Promise<ToSkip> {
  const named = occurrencesNamed(planOfReminder(standing.reminder), text);
  const waiting = waitingAs(standing.open, named, text);
  const held = waiting.find((delivery) => delivery.state === "leased");
  if (held) return { kind: "in-flight", deliveryId: held.id };
  const coming = waiting.map(({ occurrence }) => occurrence);
  for (const occurrence of named) {
    const isWaiting = coming.some(({ key }) => key === occurrence.key);
    if (!isWaiting && (await isToCome(deps, standing, occurrence))) coming.push(occurrence);
  }
  const [occurrence, ...others] = coming;
  if (occurrence === undefined) return refuseUnknown(deps, standing, { named, text });
  if (others.length > 0) throw refusal(text, "comes twice", `one of ${coming.map(quoted).join(", ")}`);
  return { kind: "occurrence", occurrence };
}

/** What waits was planned with the zone data of then, so it is known by its key, not by its instant. */
function waitingAs(open: readonly Delivery[], named: readonly Occurrence[], text: string): Delivery[] {
  const keys = new Set(named.map(({ key }) => key));
  const isMeant = ({ key, nominal }: Occurrence) => keys.has(key) || nominal === text;
  return open.filter((delivery) => !isByHand(delivery) && isMeant(delivery.occurrence));
}

async function isToCome(
  deps: EngineDeps,
  { reminder, nowMs }: Standing,
  occurrence: Occurrence,
): Promise<boolean> {
  if (reminder.next === null || occurrence.dueMs < reminder.next.dueMs) return false;
  const unsent = await firstUnsent(deps, reminder, { from: occurrence, nowMs });
  return unsent?.key === occurrence.key;
}

/** @throws InvalidInputError unless nothing at all is to come */
async function refuseUnknown(
  deps: EngineDeps,
  standing: Standing,
  { named, text }: { named: readonly Occurrence[]; text: string },
): Promise<ToSkip> {
  const skips = keysOf(standing.reminder.skips);
  const isLeftOut = named.some(({ key }) => skips.has(key));
  const soonest = await soonestOf(deps, standing);
  if (soonest === null && !isLeftOut) return { kind: "nothing-to-skip" };
  const allowed =
    soonest === null ? "nothing: no other is to come" : `the nominal time of one, such as ${quoted(soonest)}`;
  throw refusal(text, isLeftOut ? "is left out already" : "is none of the occurrences to come", allowed);
}

function quoted({ nominal }: Occurrence): string {
  return `"${nominal}"`;
}

function refusal(value: string, message: string, allowed: string): InvalidInputError {
  return new InvalidInputError(`Cannot skip an occurrence: "${value}" ${message}`, [
    { path: ["occurrence"], value, message, allowed },
  ]);
}
