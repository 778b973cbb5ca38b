import type { DeliveryExplained, ReminderExplained } from "../domain/explanation.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { explainReminder, type ReminderAsked } from "./explain-reminder.ts";
import type { EngineDeps } from "./ports.ts";

/** Telling why something will ring, did, or did not. */
export interface Explaining {
  /** Null if there is none. @throws InvalidInputError if the occurrence that is asked for is no time */
  explainReminder(asked: ReminderAsked): Promise<ReminderExplained | null>;
  /** Null if there is none. */
  explainDelivery(tenantId: string, id: string): Promise<DeliveryExplained | null>;
}

export function createExplaining(deps: EngineDeps): Explaining {
  return {
    explainReminder: (asked) => explainReminder(deps, asked),
    explainDelivery: (tenantId, id) => explainDelivery(deps, tenantId, id),
  };
}
