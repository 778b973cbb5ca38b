import { type DeliveryState, statesBefore } from "../../domain/delivery.ts";
import { ConflictError, NotFoundError } from "../../domain/errors.ts";

/** @param verb completes "Cannot … the delivery" */
export function noDelivery(verb: string, id: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the delivery: there is none with the id "${id}"`);
}

/** The refusal of a redrive. */
export function notRetriable(state: DeliveryState): ConflictError {
  const allowed = statesBefore("redrive").join(" or ");
  return new ConflictError(
    "delivery_not_retriable",
    `Cannot retry the delivery: it is ${state}; it must be ${allowed}`,
  );
}
