import { type Delivery, isByHand, type Onward } from "../domain/delivery.ts";
import { deliveryOf, laneOf, spreadOf } from "../domain/promotion.ts";
import type { Reminder, ReminderSpec } from "../domain/reminder.ts";
import { isRecipientTarget, type Way } from "../domain/target.ts";
import type { EngineDeps } from "./ports.ts";
import { isSameWay, type Start, startOf, waysOf } from "./ways.ts";

/** What says where a reminder goes. */
type Addressed = Pick<ReminderSpec, "target" | "planned">;

interface Route extends Start {
  reminder: Reminder;
  /** Every way, those included that are tried only if others are dead. */
  all: readonly Way[];
  /** Whether each way is tried only if those before it are dead. */
  isInTurn: boolean;
  /** The ways that came before one, on which an occurrence was tried in turn before the change. */
  triedBefore: (channel: string) => ReadonlySet<string>;
  /** Where repeats go besides, if nobody acknowledges. */
  escalation: readonly Way[];
}

/**
 * Makes of open deliveries what the changed reminder sends: by its ways, as long as it says. What was asked
 * for by hand keeps its id wherever it goes; an occurrence of the rule has one for each way.
 *
 * @param before where the reminder went before the change; default: where it goes now
 */
export function following(
  deps: Pick<EngineDeps, "channels">,
  reminder: Reminder,
  before: Addressed = reminder.spec,
): (open: readonly Delivery[]) => Delivery[] {
  const route = routeOf(deps, reminder, before);
  return (open) => [
    ...byOccurrence(open.filter(isByHand)).flatMap((group) => rerouted(route, group)),
    ...byOccurrence(open.filter((delivery) => !isByHand(delivery))).flatMap((group) =>
      route.isInTurn ? followedInTurn(route, group) : followed(route, group),
    ),
  ];
}

function routeOf(deps: Pick<EngineDeps, "channels">, reminder: Reminder, before: Addressed): Route {
  const { spec } = reminder;
  const { escalation } = spec.policy.repeat ?? {};
  const channelsBefore = isInTurn(before) ? waysOf(deps, before).map(({ channel }) => channel) : [];
  return {
    reminder,
    ...startOf(deps, spec),
    all: waysOf(deps, spec),
    isInTurn: isInTurn(spec),
    triedBefore: (channel) => new Set(channelsBefore.slice(0, Math.max(0, channelsBefore.indexOf(channel)))),
    escalation: escalation ? waysOf(deps, { target: escalation.to, ...escalation }) : [],
  };
}

function isInTurn({ target }: Addressed): boolean {
  return isRecipientTarget(target) && target.mode === "first";
}

function byOccurrence(open: readonly Delivery[]): Delivery[][] {
  return [...Map.groupBy(open, ({ occurrenceId }) => occurrenceId).values()];
}

/** What was asked for by hand; two of one occurrence do not go the same way. */
function rerouted(route: Route, group: readonly Delivery[]): Delivery[] {
  const taken = new Set<string>();
  const lost: Delivery[] = [];
  const kept = group.flatMap((delivery) => {
    if (route.escalation.some((way) => isSameWay(way, delivery))) return [goOn(route, delivery)];
    const way = wayOf(route, delivery);
    if (way) taken.add(way.channel);
    else lost.push(delivery);
    return way ? [goOn(route, delivery, way)] : [];
  });
  return [...kept, ...lost.flatMap((delivery) => onFreeWay(route, delivery, taken))];
}

/** @param taken channels that others of its occurrence go by; the one that it gets is added */
function onFreeWay(route: Route, delivery: Delivery, taken: Set<string>): Delivery[] {
  const tried = route.triedBefore(delivery.channel);
  const free = (route.isInTurn ? route.all : route.ways).filter(({ channel }) => !taken.has(channel));
  // Whoever brings one back wants it sent, wherever its reminder goes now.
  const anyhow = delivery.redrivenAtMs === null ? undefined : route.all[0];
  const way = free.find(({ channel }) => !tried.has(channel)) ?? anyhow;
  if (!way) return [];
  taken.add(way.channel);
  return [goOn(route, delivery, way)];
}

function wayOf({ all }: Route, delivery: Delivery): Way | undefined {
  return all.find((candidate) => isSameWay(candidate, delivery));
}

/** What is open of one occurrence; a way that it did not go before gets a delivery of its own. */
function followed(route: Route, group: readonly Delivery[]): Delivery[] {
  const [first] = group;
  const kept = group.flatMap((delivery) => {
    const way = wayOf(route, delivery);
    return way ? [goOn(route, delivery, way)] : [];
  });
  const missing = route.ways.filter((way) => !group.some((delivery) => isSameWay(way, delivery)));
  return first === undefined ? kept : [...kept, ...missing.map((way) => anew(route, first, way))];
}

/** Of one occurrence that is tried by one way after the other. */
function followedInTurn(route: Route, group: readonly Delivery[]): Delivery[] {
  const known = route.all.flatMap((way) => {
    const delivery = group.find((candidate) => isSameWay(way, candidate));
    return delivery ? [{ delivery, way }] : [];
  });
  const begun = known.filter(({ delivery }) => delivery.state === "leased" || delivery.story.length > 0);
  const kept = begun.length > 0 ? begun : known.slice(0, 1);
  if (kept.length > 0) return kept.map(({ delivery, way }) => goOn(route, delivery, way));
  const [first] = group;
  if (!first) return [];
  const tried = route.triedBefore(first.channel);
  const next = route.all.find(({ channel }) => !tried.has(channel));
  if (!next) return [];
  // That it waits for its turn after others shows that the occurrence has been tried: it goes on as the same.
  return [tried.size > 0 ? goOn(route, first, next) : anew(route, first, next)];
}

/** @param way where it goes now; absent: as it went */
function goOn(route: Route, delivery: Delivery, way?: Way): Delivery {
  const { tenantId, epoch, recipientId: ownerId, spec } = route.reminder;
  const expiresAtMs = delivery.occurrence.dueMs + spec.policy.usefulForMs;
  const sendAtMs = soonestOf(delivery, spec);
  const plannedEpoch = spec.planned?.epoch ?? 0;
  if (!way) {
    const recipientEpoch = delivery.recipientId === ownerId ? plannedEpoch : delivery.recipientEpoch;
    return { ...delivery, epoch, recipientEpoch, expiresAtMs, sendAtMs };
  }
  const { channel, target, destination, recipientId } = way;
  const lane = laneOf(tenantId, channel, destination);
  const onward = onwardOf(route, delivery, way);
  const moved = { channel, target, lane, recipientId, recipientEpoch: plannedEpoch, onward };
  return { ...delivery, epoch, ...moved, expiresAtMs, sendAtMs };
}

/** What was held back for what the recipient was, such as their quiet hours, is judged anew at once. */
function soonestOf(
  { state, story, occurrence, occurrenceId, sendAtMs }: Delivery,
  spec: ReminderSpec,
): number {
  if (state !== "scheduled" || story.length > 0) return sendAtMs;
  return Math.min(sendAtMs, occurrence.dueMs + spreadOf(occurrenceId, spec.policy.spreadMs ?? 0));
}

/** The ways that are left after this one, and how often its occurrence has been repeated. */
function onwardOf(route: Route, { channel, onward }: Delivery, way: Way): Onward | null {
  const tried = route.triedBefore(channel);
  const left = route.isInTurn
    ? route.all.filter((one) => one.channel !== way.channel && !tried.has(one.channel))
    : [];
  const channels = left.map((one) => one.channel);
  const repeats = onward?.repeats;
  if (channels.length === 0 && repeats === undefined) return null;
  return { ...(channels.length > 0 ? { channels } : {}), ...(repeats === undefined ? {} : { repeats }) };
}

function anew({ reminder, onward }: Route, { occurrence, note, number }: Delivery, way: Way): Delivery {
  const { updatedAtMs: nowMs, spec } = reminder;
  const recipientEpoch = spec.planned?.epoch ?? 0;
  const ring = { occurrence, note };
  const made = deliveryOf({ reminder, ring, way, nowMs, recipientEpoch, number, onward });
  return { ...made, sendAtMs: Math.max(made.sendAtMs, nowMs) };
}
