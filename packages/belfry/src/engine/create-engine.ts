import { createAcceptance } from "./accept.ts";
import { createCancelling } from "./cancel.ts";
import { createChanges } from "./create-changes.ts";
import { Dispatcher } from "./dispatcher.ts";
import { createEndpointService } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { previewSchedule } from "./preview.ts";
import { createRedriving } from "./redrive.ts";
import { Scheduler } from "./scheduler.ts";
import { createStats } from "./stats.ts";

/** Builds the engine over its ports; nothing runs until `start`. */
export function createEngine(deps: EngineDeps): Engine {
  const worker = deps.ids.next("wrk");
  const dispatcher = new Dispatcher(deps, worker);
  const wake = (sendAtMs: number): void => dispatcher.wake(sendAtMs);
  const scheduler = new Scheduler(deps, { worker, onStored: wake });
  const endpoints = createEndpointService(deps);
  const events = { onStored: wake, onMore: () => scheduler.passNow() };
  const accept = createAcceptance(deps, events);

  return {
    accept,
    preview: (tenant, request) => previewSchedule(deps.clock, tenant, request),
    cancel: createCancelling(deps, dispatcher),
    ...createChanges(deps, dispatcher, events),
    ...createRedriving(deps, wake),
    stats: createStats(deps),
    createEndpoint: endpoints.create,
    updateEndpoint: endpoints.update,
    promote: () => scheduler.catchUp(),
    holding: () => dispatcher.holding(),
    drain: () => dispatcher.drain(),
    start: async () => {
      await deps.store.recover(deps.clock.now(), deps.tuning.leaseMs);
      await scheduler.start();
      dispatcher.start();
    },
    stop: async () => {
      await dispatcher.stop();
      await scheduler.stop();
    },
  };
}
