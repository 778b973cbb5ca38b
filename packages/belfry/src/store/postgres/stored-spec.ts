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

/** Most have no metadata. */
const NONE: JsonObject = Object.freeze({});

type Stored = Omit<ReminderSpec, "policy" | "metadata"> & {
  policy: Partial<DeliveryPolicy> & Pick<DeliveryPolicy, "usefulForMs">;
  metadata?: JsonObject;
};

/** As it is kept. */
export function specText({ policy, metadata, ...spec }: ReminderSpec): string {
  const kept = keptPolicy(policy);
  for (const _ in metadata) return JSON.stringify({ ...spec, policy: kept, metadata });
  return JSON.stringify({ ...spec, policy: kept });
}

function keptPolicy({ usefulForMs, catchUp, retry, inDoubt, ...others }: DeliveryPolicy): Stored["policy"] {
  const kept: Stored["policy"] = { usefulForMs, ...others };
  if (catchUp !== LEFT_OUT.catchUp) kept.catchUp = catchUp;
  if (inDoubt !== LEFT_OUT.inDoubt) kept.inDoubt = inDoubt;
  const { maxAttempts, initialMs, maxMs } = LEFT_OUT.retry;
  const isUsual = retry.maxAttempts === maxAttempts && retry.initialMs === initialMs && retry.maxMs === maxMs;
  if (!isUsual || retry.jitter !== undefined) kept.retry = retry;
  return kept;
}

/** Names each property that all have: V8 copies such an object in half the time, and keeps it in half the room. */
export function toSpec(text: string): ReminderSpec {
  const { schedule, target, content, policy, metadata = NONE, ...others } = JSON.parse(text) as Stored;
  return { schedule, target, content, ...others, policy: withDefaults(policy), metadata };
}

function withDefaults(policy: Stored["policy"]): DeliveryPolicy {
  return { catchUp: LEFT_OUT.catchUp, retry: LEFT_OUT.retry, inDoubt: LEFT_OUT.inDoubt, ...policy };
}
