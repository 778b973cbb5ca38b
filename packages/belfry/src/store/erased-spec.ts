import type { ReminderSpec } from "../domain/reminder.ts";

/**
 * What is kept of a reminder's spec once whom it was for has been deleted: when it rang and how it was treated. What
 * it said, and what it was planned with, names them.
 */
export function erasedSpec({ planned: _, ...spec }: ReminderSpec): ReminderSpec {
  return { ...spec, content: { text: "" }, metadata: {} };
}

/** Why a delivery ended as it did is told by its state alone then. */
export const ERASED = "erased with its recipient";
