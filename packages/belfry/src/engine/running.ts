import type { Worker } from "../domain/worker.ts";
import type { Attendance } from "./attendance.ts";
import type { CampaignWalker } from "./campaign-walker.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Engine } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import type { Scheduler } from "./scheduler.ts";
import type { StepKeeper } from "./step-keeper.ts";
import { createTickPass } from "./tick-pass.ts";

interface RunningParts {
  worker: Worker;
  dispatcher: Dispatcher;
  scheduler: Scheduler;
  attendance: Attendance;
  keeper: StepKeeper;
  walker: CampaignWalker;
  /** Plans anew what was planned with other zone data. */
  followZoneData: () => Promise<void>;
}

/** Starting and ending what a process does by itself, and doing it once. */
export function createRunning(
  deps: EngineDeps,
  { worker, dispatcher, scheduler, attendance, keeper, walker, followZoneData }: RunningParts,
): Pick<Engine, "start" | "stop" | "tick" | "promote" | "drain" | "inStep"> {
  const { clock, observe, store } = deps;
  const { roles } = worker;
  const isActive = roles.includes("scheduler") || roles.includes("worker");
  const passOnce = createTickPass(deps, { dispatcher, keeper, walker });
  let endSignals = (): void => {};

  /**
   * One at a time, so that the first after a time in which nobody was there applies `catchUp` before any
   * other begins to send.
   */
  const enter = ({ promotes }: { promotes: boolean }): Promise<number> =>
    store.exclusively(async () => {
      const aliveUntilMs = await attendance.enter();
      if (!promotes) return 0;
      await followZoneData();
      const promoted = await scheduler.catchUp(aliveUntilMs);
      await attendance.noteCaughtUp();
      return promoted;
    });

  return {
    start: async () => {
      const beganAtMs = clock.now();
      const deliveries = await enter({ promotes: isActive });
      const durationMs = Math.max(0, clock.now() - beganAtMs);
      if (isActive) observe?.({ kind: "pass", deliveries, durationMs, isOk: true });
      attendance.start();
      if (roles.includes("scheduler")) scheduler.start();
      if (isActive) void walker.walkAll();
      if (!roles.includes("worker")) return;
      endSignals = store.watchSignals({
        onDue: (atMs) => dispatcher.wake(atMs),
        onChanged: (tenantId, reminderId) => dispatcher.recall(tenantId, reminderId),
      });
      dispatcher.start();
    },
    stop: async () => {
      endSignals();
      // Begins to end at once, and not when all is sent: others go on with what is left of it.
      const isKept = keeper.stop();
      await dispatcher.stop();
      await scheduler.stop();
      await isKept;
      await walker.stop();
      await attendance.leave();
    },
    tick: async (only) => {
      const promoted = await enter({ promotes: only !== "send" });
      attendance.start();
      const pass = await passOnce(only);
      await attendance.leave();
      return { promoted, ...pass };
    },
    promote: async () => scheduler.catchUp(await store.lastBeat()),
    drain: () => dispatcher.drain(),
    inStep: async () => {
      await keeper.followAll();
      await walker.walkAll();
    },
  };
}
