import { type Delivery, type Onward, repeatKey, rootOccurrence } from "../domain/delivery.ts";
import { deliveryOf } from "../domain/promotion.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { Verdict } from "../domain/settlement.ts";
import type { Way } from "../domain/target.ts";
import type { Claim } from "../store/store.ts";
import { formatInstant, type Occurrence, zoneDataVersion } from "../time/schedule.ts";
import type { EngineDeps } from "./ports.ts";
import { isSameWay, startOf, waysOf } from "./ways.ts";

type Channels = Pick<EngineDeps, "channels">;

/** A delivery that ends, and how. */
export interface Ending {
  claim: Pick<Claim, "delivery" | "reminder">;
  verdict: Verdict;
  nowMs: number;
}

/**
 * What follows a delivery by itself: the next channel if it is dead and there is one more to try, else its
 * repeat if it is to be acknowledged. Whether somebody has is known to the store.
 */
function followersOf(deps: Channels, ending: Ending): Delivery[] {
  const { claim, verdict } = ending;
  const isOver = verdict.state === "delivered" || verdict.state === "dead";
  if (!isOver || claim.delivery.redrivenAtMs !== null) return [];
  const fallback = verdict.state === "dead" ? nextChannel(deps, ending) : null;
  return fallback ? [fallback] : repeats(deps, ending);
}

/** The same; none, and a fault, if they cannot be made: how a delivery ended must be recorded all the same, and nothing sent again. */
export function followSafely(deps: Pick<EngineDeps, "channels" | "onFault">, ending: Ending): Delivery[] {
  try {
    return followersOf(deps, ending);
  } catch (error) {
    deps.onFault(`make what follows delivery ${ending.claim.delivery.id}`, error);
    return [];
  }
}

/** The same occurrence on the next of the channels that are left. */
function nextChannel(deps: Channels, { claim, verdict, nowMs }: Ending): Delivery | null {
  const { delivery, reminder } = claim;
  const [channel, ...channels] = delivery.onward?.channels ?? [];
  const way = waysOf(deps, reminder.spec).find((candidate) => candidate.channel === channel);
  if (!way) return null;
  const note = `${delivery.channel} failed: ${verdict.reason ?? "it is dead"}`;
  const onward = channels.length > 0 ? { ...delivery.onward, channels } : repeatsOnward(delivery);
  const { occurrence, kind } = delivery;
  const made = followerOf({ reminder, delivery, way, nowMs }, { occurrence, note, kind, onward });
  return { ...made, sendAtMs: nowMs, expiresAtMs: delivery.expiresAtMs };
}

function repeatsOnward({ onward }: Delivery): Onward | null {
  return onward?.repeats === undefined ? null : { repeats: onward.repeats };
}

interface Origin {
  reminder: Reminder;
  delivery: Delivery;
  way: Way;
  nowMs: number;
}

function followerOf(
  { reminder, delivery, way, nowMs }: Origin,
  given: Pick<Delivery, "occurrence" | "note" | "kind" | "onward">,
): Delivery {
  const { recipientEpoch, number } = delivery;
  const { occurrence, note, kind, onward } = given;
  return deliveryOf({
    reminder,
    ring: { occurrence, note },
    way,
    nowMs,
    kind,
    recipientEpoch,
    number,
    onward,
  });
}

/** Rings again by the way that it went, and from some time on also to whom it escalates. */
function repeats(deps: Channels, { claim, nowMs }: Ending): Delivery[] {
  const { delivery, reminder } = claim;
  const policy = reminder.spec.policy.repeat;
  const before = delivery.onward?.repeats ?? 0;
  if (!policy || before >= policy.max) return [];
  const repeat = before + 1;
  const occurrence = repeatedAt(delivery, { repeat, everyMs: policy.everyMs, nowMs });
  const { escalation } = policy;
  const besides =
    escalation && repeat === escalation.after ? waysOf(deps, { target: escalation.to, ...escalation }) : [];
  const note = `repeat ${repeat} of at most ${policy.max}: nobody has acknowledged it`;
  return [...repeatedWays(deps, claim), ...besides.map((way) => ({ way, channels: undefined }))].map(
    ({ way, channels }) => {
      const onward: Onward = channels ? { repeats: repeat, channels } : { repeats: repeat };
      return followerOf({ reminder, delivery, way, nowMs }, { occurrence, note, kind: "repeat", onward });
    },
  );
}

/** Where fallback is wanted, each repeat begins with the first channel again. */
function repeatedWays(
  deps: Channels,
  { delivery, reminder }: Ending["claim"],
): { way: Way; channels: readonly string[] | undefined }[] {
  const ways = waysOf(deps, reminder.spec);
  const start = startOf(deps, reminder.spec);
  const own = ways.find((way) => isSameWay(way, delivery));
  if (own && start.onward) return start.ways.map((way) => ({ way, channels: start.onward?.channels }));
  return [{ way: own ?? wayOf(delivery), channels: undefined }];
}

/** That of a delivery which goes to whom it escalated. */
function wayOf({ tenantId, channel, target, lane, recipientId }: Delivery): Way {
  return { channel, target, destination: lane.slice(`${tenantId} ${channel}:`.length), recipientId };
}

function repeatedAt(
  delivery: Delivery,
  { repeat, everyMs, nowMs }: { repeat: number; everyMs: number; nowMs: number },
): Occurrence {
  const onTimeMs = delivery.occurrence.dueMs + everyMs;
  // One that was held back or tried for long is not repeated in the same moment.
  const dueMs = onTimeMs > nowMs ? onTimeMs : Math.floor(nowMs) + everyMs;
  const resolution = { kind: "exact", timeZone: null, zoneData: zoneDataVersion() } as const;
  return {
    key: repeatKey(rootOccurrence(delivery), repeat),
    nominal: formatInstant(dueMs),
    dueMs,
    resolution,
  };
}
