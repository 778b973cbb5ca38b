import { ConflictError, NotFoundError } from "../../domain/errors.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import type { Changed, ChangedReminder } from "../../engine/reminder-changes.ts";
import { preconditionFailed } from "../entity-tag.ts";

/** @param verb completes "Cannot … the reminder" */
export function noReminder(verb: string, id: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the reminder: there is none with the id "${id}"`);
}

/** @param verb completes "Cannot … the reminder" */
export function reminderOver(verb: string, state: ReminderState): ConflictError {
  return new ConflictError("reminder_over", `Cannot ${verb} the reminder: it is ${state}`);
}

/**
 * The reminder after a change; or why there was none.
 *
 * @param verb completes "Cannot … the reminder"
 * @throws NotFoundError, ConflictError, HttpProblem 412
 */
export function requireChanged(verb: string, id: string, changed: Changed): ChangedReminder {
  switch (changed.kind) {
    case "changed":
      return changed;
    case "missing":
      throw noReminder(verb, id);
    case "stale":
      throw preconditionFailed(`${verb} the reminder`, changed.revision);
    case "over":
      throw reminderOver(verb, changed.state);
    case "nothing-to-skip":
      throw new ConflictError("nothing_to_skip", `Cannot ${verb} the reminder: nothing of it is to come`);
    case "in-flight": {
      const why = `a worker holds the delivery "${changed.deliveryId}"`;
      throw new ConflictError("delivery_in_flight", `Cannot ${verb} the reminder: ${why}`);
    }
  }
}
