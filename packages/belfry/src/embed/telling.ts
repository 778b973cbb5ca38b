import { VERSION } from "../config/version.ts";
import { ROLES, type Role } from "../domain/worker.ts";
import type { Clock } from "../engine/clock.ts";
import { type Observe, observeWith } from "../engine/observer.ts";
import type { OnAnswered } from "../http/answered.ts";
import { createAccessLog } from "../ops/access-log.ts";
import { createEngineLog } from "../ops/engine-log.ts";
import { createFaultLog, type FaultLog } from "../ops/fault-log.ts";
import type { Logger } from "../ops/log.ts";
import { createMetrics, type Metrics } from "../ops/metrics/metrics.ts";

/** What hears of all that happens in an installation: its log, and its metrics if it has them. */
export interface Telling {
  observe: Observe;
  /** Undefined if nobody listens. */
  onAnswered: OnAnswered | undefined;
  onFault: (what: string, error: unknown) => void;
  /** Where `onFault` and the API tell of faults. */
  faults: FaultLog;
  metrics: Metrics | null;
}

export interface TellingOptions {
  log: Logger;
  clock: Clock;
  hasMetrics: boolean;
  /** What this process does; default: all. */
  roles?: readonly Role[];
}

export function createTelling({ log, clock, hasMetrics, roles = ROLES }: TellingOptions): Telling {
  const faults = createFaultLog({ log, clock });
  const onFault = (what: string, error: unknown): void => {
    metrics?.countFault();
    faults.error({ err: error }, `Cannot ${what}`);
  };
  const now = (): number => clock.now();
  const metrics = hasMetrics ? createMetrics({ version: VERSION, now, onFault, roles }) : null;
  const observers = [createEngineLog(log), ...(metrics ? [metrics.observe] : [])];
  const listeners = [createAccessLog(log), metrics?.onAnswered].filter((one) => one !== undefined);
  return {
    observe: observeWith(observers, onFault),
    onAnswered: listeners.length === 0 ? undefined : tellAll(listeners),
    onFault,
    faults,
    metrics,
  };
}

function tellAll(listeners: readonly OnAnswered[]): OnAnswered {
  return (answered) => {
    for (const tell of listeners) tell(answered);
  };
}
