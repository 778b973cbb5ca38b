import { createContentTools } from "../content/tools.ts";
import type { Worker } from "../domain/worker.ts";
import { ROLES } from "../domain/worker.ts";
import { createAcceptance } from "./accept.ts";
import { Attendance } from "./attendance.ts";
import { createCalendarEvents } from "./calendar-events.ts";
import { createCalendarFeeds } from "./calendar-feeds.ts";
import { createCampaignService } from "./campaign-service.ts";
import { createCampaignStep } from "./campaign-step.ts";
import { createCampaignWalk } from "./campaign-walk.ts";
import { CampaignWalker } from "./campaign-walker.ts";
import { createCancelling } from "./cancel.ts";
import { createChanging } from "./change.ts";
import { createChanges } from "./create-changes.ts";
import { Dispatcher } from "./dispatcher.ts";
import { createEndpointService } from "./endpoints.ts";
import type { Engine } from "./engine.ts";
import { createExplaining } from "./explain.ts";
import { createFollowInCampaigns } from "./follow-in-campaigns.ts";
import { createInStep } from "./in-step.ts";
import { createKeptGuard } from "./kept-by-campaign.ts";
import type { EngineDeps, EnginePorts } from "./ports.ts";
import { previewSchedule } from "./preview.ts";
import { createRecipientService } from "./recipient-service.ts";
import { createRedriving } from "./redrive.ts";
import { createRunning } from "./running.ts";
import { Scheduler } from "./scheduler.ts";
import { createStats } from "./stats.ts";
import { StepKeeper } from "./step-keeper.ts";
import { followZoneData } from "./zone-data.ts";

/** Builds the engine over its ports; nothing runs until `start`. */
export function createEngine(ports: EnginePorts): Engine {
  const deps = depsOf(ports);
  const worker = selfOf(deps);
  const dispatcher: Dispatcher = new Dispatcher(deps, worker.id, {
    onLook: () => attendance.look(),
    onStale: (stale) => keeper.followClaimed(stale),
  });
  const wake = (sendAtMs: number): void => dispatcher.wake(sendAtMs);
  const events = { onStored: wake, onMore: () => scheduler.passNow() };
  const change = createChanging(deps, dispatcher, events);
  const cancel = createCancelling(deps, dispatcher);
  const changes = createChanges(deps, { change, hands: dispatcher, onStored: wake });
  const step = createCampaignStep(deps, { change, cancel, events });
  const campaigns = createFollowInCampaigns(deps, step);
  const keeper = new StepKeeper(deps, createInStep(deps, { change, cancel, campaigns }));
  const walker = new CampaignWalker(deps, createCampaignWalk(deps, { step, cancel, ring: changes.ring }));
  const scheduler: Scheduler = new Scheduler(deps, {
    onStored: wake,
    keeper,
    onPass: () => void walker.walkAll(),
  });
  const attendance = new Attendance(deps, {
    worker,
    holding: () => (worker.roles.includes("worker") ? dispatcher.holding() : null),
    membership: { onLost: () => dispatcher.hold("cut"), onBack: () => dispatcher.goOn("cut") },
    absence: { onLost: () => dispatcher.hold("away"), onBack: () => dispatcher.goOn("away") },
    onTakenOver: () => wake(deps.clock.now()),
  });
  const endpoints = createEndpointService(deps);

  return {
    accept: createAcceptance(deps, events),
    preview: (tenant, request) => previewSchedule(deps.clock, tenant, request),
    ...changes,
    ...createKeptGuard(deps)({ edit: changes.edit, cancel }),
    ...createCampaignService(deps, () => void walker.walkAll()),
    ...createRecipientService(deps, keeper),
    ...createCalendarEvents(deps),
    ...createCalendarFeeds(deps),
    ...createRedriving(deps, wake),
    ...createExplaining(deps),
    stats: createStats(deps),
    createEndpoint: endpoints.create,
    updateEndpoint: endpoints.update,
    holding: () => dispatcher.holding(),
    ...createRunning(deps, {
      worker,
      dispatcher,
      scheduler,
      attendance,
      keeper,
      walker,
      followZoneData: () => followZoneData(deps, change),
    }),
  };
}

function depsOf(ports: EnginePorts): EngineDeps {
  return { ...ports, content: createContentTools({ hasLinks: ports.acknowledgeLink !== undefined }) };
}

const ALONE = { roles: ROLES, host: "", pid: 0, machine: null, version: "", partition: null };

function selfOf({ ids, clock, self = ALONE }: EngineDeps): Worker {
  return { ...self, id: ids.next("wrk"), startedAtMs: Math.floor(clock.now()) };
}
