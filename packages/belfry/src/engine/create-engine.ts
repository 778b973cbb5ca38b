import { createAcceptance } from "./accept.ts";
import { Dispatcher } from "./dispatcher.ts";
import { createEndpointService } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { previewSchedule } from "./preview.ts";
import { Scheduler } from "./scheduler.ts";

/** Builds the engine over its ports; nothing runs until `start`. */
export function createEngine(deps: EngineDeps): Engine {
  const worker = deps.ids.next("wrk");
  const dispatcher = new Dispatcher(deps, worker);
  const wake = (sendAtMs: number): void => dispatcher.wake(sendAtMs);
  const scheduler = new Scheduler(deps, { worker, onStored: wake });
  const endpoints = createEndpointService(deps);
  const accept = createAcceptance(deps, { onStored: wake, onMore: () => scheduler.passNow() });

  return {
    accept,
    preview: (tenant, request) => previewSchedule(deps.clock, tenant, request),
    cancel: async (tenantId, id) => {
      const nowMs = Math.floor(deps.clock.now());
      const result = await deps.store.cancelReminder({ tenantId, id, nowMs });
      if (!result || result.inFlight.length === 0) return result;
      const dropped = new Set(await dispatcher.drop(result.inFlight, "the reminder was cancelled"));
      const inFlight = result.inFlight.filter((delivery) => !dropped.has(delivery));
      return { ...result, cancelled: result.cancelled + dropped.size, inFlight };
    },
    redrive: async (tenantId, id, receiptOf) => {
      const nowMs = Math.floor(deps.clock.now());
      const result = await deps.store.redrive({ tenantId, id, nowMs, ...(receiptOf ? { receiptOf } : {}) });
      if (result?.kind === "redriven") wake(nowMs);
      return result;
    },
    createEndpoint: endpoints.create,
    updateEndpoint: endpoints.update,
    promote: () => scheduler.catchUp(),
    drain: () => dispatcher.drain(),
    start: async () => {
      await deps.store.recover(deps.clock.now());
      await scheduler.start();
      dispatcher.start();
    },
    stop: async () => {
      await dispatcher.stop();
      await scheduler.stop();
    },
  };
}
