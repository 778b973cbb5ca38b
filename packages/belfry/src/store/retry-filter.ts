import type { RetryFilter } from "./redrive-store.ts";

/** What a filter looks at besides the state. */
export interface FailedDelivery {
  channel: string;
  reminderId: string;
  settledAtMs: number;
  reason: string | null;
}

/** Whether a filter means a delivery that failed. */
export function fitsFilter(
  failed: FailedDelivery,
  { channel, reminderId, sinceMs, untilMs, error }: RetryFilter,
): boolean {
  const { settledAtMs, reason } = failed;
  return (
    (channel === undefined || failed.channel === channel) &&
    (reminderId === undefined || failed.reminderId === reminderId) &&
    (sinceMs === undefined || settledAtMs >= sinceMs) &&
    (untilMs === undefined || settledAtMs < untilMs) &&
    (error === undefined || (reason ?? "").toLowerCase().includes(error.toLowerCase()))
  );
}
