import type { JsonObject } from "../../domain/content.ts";
import type { DeliveryPolicy, ReminderSpec } from "../../domain/reminder.ts";

/**
 * What is left out of a row, since nearly all have it. It belongs to the form of the rows and never
 * changes, whatever the defaults for new reminders become.
 */
const LEFT_OUT: Omit<DeliveryPolicy, "usefulForMs"> = {
  catchUp: "latest",
  retry: { maxAttempts: 5, initialMs: 5_000, maxMs: 7_200_000 },
  inDoubt: "resend",
};

type Stored = Omit<ReminderSpec, "policy" | "metadata"> & {
  policy: Partial<DeliveryPolicy> & Pick<DeliveryPolicy, "usefulForMs">;
  metadata?: JsonObject;
};

/** As it is kept. */
export function specText({ policy, metadata, ...spec }: ReminderSpec): string {
  const kept: Partial<Stored["policy"]> = { ...policy };
  for (const name of ["catchUp", "retry", "inDoubt"] as const)
    if (JSON.stringify(policy[name]) === JSON.stringify(LEFT_OUT[name])) delete kept[name];
  return JSON.stringify({ ...spec, policy: kept, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) });
}

export function toSpec(text: string): ReminderSpec {
  const { policy, metadata = {}, ...spec } = JSON.parse(text) as Stored;
  return { ...spec, policy: { ...LEFT_OUT, ...policy }, metadata };
}
