import { DELIVERY_STATES } from "../domain/delivery.ts";
import { REMINDER_STATES } from "../domain/reminder.ts";
import type { StateSum } from "./move-sums.ts";
import type { Counts } from "./stats-store.ts";

/** How many rows are in each state there is, from those that were counted; several of one state add up. */
export function stateCounts(counted: readonly Omit<StateSum, "tenantId">[]): Counts {
  const of = (kind: StateSum["kind"], states: readonly string[]) => {
    const found = new Map<string, number>();
    for (const { state, n } of counted.filter((one) => one.kind === kind))
      found.set(state, (found.get(state) ?? 0) + n);
    return Object.fromEntries(states.map((state) => [state, found.get(state) ?? 0]));
  };
  // Built from every state there is.
  return {
    reminders: of("reminder", REMINDER_STATES) as Counts["reminders"],
    deliveries: of("delivery", DELIVERY_STATES) as Counts["deliveries"],
  };
}
