import type { CampaignWalker } from "./campaign-walker.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Ticked, TickPart } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import type { StepKeeper } from "./step-keeper.ts";

interface TickParts {
  dispatcher: Pick<Dispatcher, "drain">;
  keeper: Pick<StepKeeper, "followWithin" | "breakOff">;
  walker: Pick<CampaignWalker, "walkAll">;
}

/**
 * What a pass of a process that then ends does after it has promoted. Reminders follow their recipients beside sending,
 * so that nothing due waits for it, for half the time until the next pass at most.
 */
export function createTickPass({ tuning }: EngineDeps, { dispatcher, keeper, walker }: TickParts) {
  return async (only: TickPart | undefined): Promise<Pick<Ticked, "sent" | "isBehind">> => {
    if (only === "send") return { sent: await dispatcher.drain(), isBehind: false };
    const drain = async (): Promise<number> => (only === "promote" ? 0 : await dispatcher.drain());
    const follows = keeper.followWithin(tuning.tickMs / 2);
    // What a walk makes of what is due now goes out in the same pass.
    await walker.walkAll();
    const atOnce = await drain();
    const isBehind = !(await follows);
    await keeper.breakOff();
    // What has followed may be due by now.
    return { sent: atOnce + (await drain()), isBehind };
  };
}
