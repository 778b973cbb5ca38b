import type { Ring } from "../domain/advance.ts";
import type { Delivery } from "../domain/delivery.ts";
import type { OccurrenceKind } from "../domain/ids.ts";
import { deliveryOf } from "../domain/promotion.ts";
import type { Reminder } from "../domain/reminder.ts";
import type { EngineDeps } from "./ports.ts";
import { startOf } from "./ways.ts";

export interface Ringing {
  rings: readonly Ring[];
  nowMs: number;
  /** Default: the rule. */
  kind?: OccurrenceKind;
  /** How many occurrences of the rule have rung before; absent: these are not counted. */
  rung?: number;
}

/** What occurrences of a reminder become: a delivery for each way that they go at first. */
export function deliveriesOf(
  deps: Pick<EngineDeps, "channels">,
  reminder: Reminder,
  { rings, nowMs, kind = "rule", rung }: Ringing,
): Delivery[] {
  // Most reminders are accepted long before they ring: where they would go then is not looked at yet.
  if (rings.length === 0) return [];
  const { ways, onward } = startOf(deps, reminder.spec);
  const recipientEpoch = reminder.spec.planned?.epoch ?? 0;
  return rings.flatMap((ring, index) => {
    const number = rung === undefined ? 0 : rung + index + 1;
    return ways.map((way) =>
      deliveryOf({ reminder, ring, way, nowMs, kind, recipientEpoch, number, onward }),
    );
  });
}
