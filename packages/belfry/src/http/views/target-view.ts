import { isRecipientTarget, type Target } from "../../domain/target.ts";
import type { TargetResource } from "../schemas/target.ts";

/** Where a reminder goes, as the API shows it. */
export function targetResource(target: Target): TargetResource {
  if (!isRecipientTarget(target)) return target;
  const { recipient, channels, mode, endpoint } = target;
  if (endpoint !== undefined) return { recipient, endpoint };
  return {
    recipient,
    ...(channels === undefined ? {} : { channels: [...channels] }),
    ...(mode === undefined ? {} : { mode }),
  };
}
