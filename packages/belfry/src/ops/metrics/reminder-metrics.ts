import { Counter, type Registry } from "@prometheus-io/client";
import { CHANGES, type Change } from "../../engine/observer.ts";

/** What comes in, and what it becomes. */
export interface ReminderMetrics {
  accepted(deliveries: number): void;
  changed(what: Change): void;
  promoted(deliveries: number): void;
  endpointOff(): void;
}

export function createReminderMetrics(registry: Registry): ReminderMetrics {
  const registers = [registry];
  const accepted = new Counter({
    name: "belfry_reminders_accepted_total",
    help: "Reminders that were accepted.",
    registers,
  });
  const changed = new Counter({
    name: "belfry_reminders_changed_total",
    help: `What was done to reminders: ${CHANGES.join(", ")}.`,
    labelNames: ["change"],
    registers,
  });
  const promoted = new Counter({
    name: "belfry_deliveries_promoted_total",
    help: "Deliveries that occurrences became, when a reminder was accepted or in a pass of the scheduler.",
    registers,
  });
  const endpointsOff = new Counter({
    name: "belfry_endpoints_switched_off_total",
    help: "Endpoints that were switched off since their destination said that it is gone.",
    registers,
  });
  for (const change of CHANGES) changed.inc({ change }, 0);
  return {
    accepted: (deliveries) => {
      accepted.inc();
      promoted.inc(deliveries);
    },
    changed: (change) => changed.inc({ change }),
    promoted: (deliveries) => promoted.inc(deliveries),
    endpointOff: () => endpointsOff.inc(),
  };
}
