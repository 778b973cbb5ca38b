import { bullMq } from "./bullmq.ts";
import type { Driver } from "./driver.ts";
import { graphileWorker } from "./graphile-worker.ts";
import { naiveDriver } from "./naive.ts";
import { pgBoss } from "./pg-boss.ts";

export type DriverName = "graphile-worker" | "pg-boss" | "bullmq" | "naive-100ms" | "naive-minute";

/** The driver of a program, by the name that is used on the command line. */
export function loadDriver(name: DriverName): Driver {
  // Each is given the tuning that it made itself, which nobody else looks into.
  const drivers: Record<DriverName, () => Driver> = {
    "graphile-worker": () => graphileWorker as unknown as Driver,
    "pg-boss": () => pgBoss as unknown as Driver,
    bullmq: () => bullMq as unknown as Driver,
    "naive-100ms": () => naiveDriver(100) as unknown as Driver,
    "naive-minute": () => naiveDriver(60_000) as unknown as Driver,
  };
  return drivers[name]();
}
