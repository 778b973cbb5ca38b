import type { Stats } from "../../engine/stats.ts";
import { formatInstant } from "../../time/instant.ts";
import type { StatsResource } from "../schemas/stats.ts";

/** The numbers of a tenant as the API shows them. */
export function statsResource({ atMs, oldestWaitingDueMs, perMinute, ...stats }: Stats): StatsResource {
  return {
    at: formatInstant(atMs),
    reminders: stats.reminders,
    deliveries: stats.deliveries,
    oldestWaitingDue: oldestWaitingDueMs === null ? null : formatInstant(oldestWaitingDueMs),
    windows: stats.windows,
    nextHour: { total: perMinute.reduce((sum, count) => sum + count, 0), perMinute },
  };
}
