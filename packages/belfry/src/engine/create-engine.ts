import type { Worker } from "../domain/worker.ts";
import { ROLES } from "../domain/worker.ts";
import { createAcceptance } from "./accept.ts";
import { Attendance } from "./attendance.ts";
import { createCancelling } from "./cancel.ts";
import { createChanges } from "./create-changes.ts";
import { Dispatcher } from "./dispatcher.ts";
import { createEndpointService } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { previewSchedule } from "./preview.ts";
import { createRedriving } from "./redrive.ts";
import { createRunning } from "./running.ts";
import { Scheduler } from "./scheduler.ts";
import { createStats } from "./stats.ts";

/** Builds the engine over its ports; nothing runs until `start`. */
export function createEngine(deps: EngineDeps): Engine {
  const worker = selfOf(deps);
  const dispatcher = new Dispatcher(deps, worker.id, () => attendance.look());
  const wake = (sendAtMs: number): void => dispatcher.wake(sendAtMs);
  const scheduler = new Scheduler(deps, { onStored: wake });
  const attendance = new Attendance(deps, {
    worker,
    holding: () => (worker.roles.includes("worker") ? dispatcher.holding() : null),
    membership: { onLost: () => dispatcher.hold("cut"), onBack: () => dispatcher.goOn("cut") },
    absence: { onLost: () => dispatcher.hold("away"), onBack: () => dispatcher.goOn("away") },
    onTakenOver: () => wake(deps.clock.now()),
  });
  const endpoints = createEndpointService(deps);
  const events = { onStored: wake, onMore: () => scheduler.passNow() };

  return {
    accept: createAcceptance(deps, events),
    preview: (tenant, request) => previewSchedule(deps.clock, tenant, request),
    cancel: createCancelling(deps, dispatcher),
    ...createChanges(deps, dispatcher, events),
    ...createRedriving(deps, wake),
    stats: createStats(deps),
    createEndpoint: endpoints.create,
    updateEndpoint: endpoints.update,
    holding: () => dispatcher.holding(),
    ...createRunning(deps, { worker, dispatcher, scheduler, attendance }),
  };
}

const ALONE = { roles: ROLES, host: "", pid: 0, version: "", partition: null };

function selfOf({ ids, clock, self = ALONE }: EngineDeps): Worker {
  return { ...self, id: ids.next("wrk"), startedAtMs: Math.floor(clock.now()) };
}
