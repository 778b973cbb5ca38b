import { acceptAhead, lastOf, type Stage, type Workload, warmUp } from "./workload.ts";

/** The worker dies after so much of the herd. */
const KILLED_AFTER = 0.3;

/** SIGKILL to the worker in the middle of a herd; another one is started at once, as whatever watches it would. */
export const kill: Workload = {
  name: "kill",
  use: "kill",
  figures: [
    {
      id: "kill",
      workload: "SIGKILL in the herd: everything delivered after",
      unit: "s",
      isMoreBetter: false,
      goal: { most: 3 },
    },
    { id: "missing", workload: "not delivered by then", unit: "reminders", isMoreBetter: false },
    { id: "repeats", workload: "delivered twice", unit: "reminders", isMoreBetter: false },
  ],
  run: async (stage: Stage) => {
    const { site, receiver, scale } = stage;
    const worker = await site.startWorker();
    await warmUp(stage);
    await acceptAhead(stage, { count: scale.herd });
    const isInFull = await receiver.reached(Math.ceil(scale.herd * KILLED_AFTER), 120_000);
    if (!isInFull) throw new Error("Cannot measure: the herd did not come");
    const killedAtMs = Date.now();
    await worker.kill();
    await site.startWorker();
    const isDelivered = await receiver.reached(scale.herd, scale.recoverWithinMs);
    const { takenAtMs, repeats } = await receiver.arrivals();
    const missing = takenAtMs.filter(Number.isNaN).length;
    return {
      kill: isDelivered ? (lastOf(takenAtMs) - killedAtMs) / 1_000 : Number.POSITIVE_INFINITY,
      missing,
      repeats,
    };
  },
};
