import type { InputIssue } from "../domain/errors.ts";
import type { DeliveryPolicy } from "../domain/reminder.ts";
import type { Schedule } from "../time/schedule.ts";
import { type Addressees, addressTo } from "./destinations.ts";
import type { RepeatRequest } from "./engine.ts";
import { plannedPart } from "./new-reminder.ts";
import type { EngineDeps } from "./ports.ts";

interface Given {
  repeat: RepeatRequest | null | undefined;
  schedule: Schedule;
  addressees: Addressees;
  /** Receives what is wrong. */
  issues: InputIssue[];
}

/** Adds to a policy whom its repeats escalate to, once it is known that they can be reached. */
export async function withEscalation(
  deps: Pick<EngineDeps, "channels">,
  policy: DeliveryPolicy,
  { repeat, schedule, addressees, issues }: Given,
): Promise<DeliveryPolicy> {
  const escalation = repeat?.escalation;
  if (!escalation || !policy.repeat) return policy;
  const addressed = await addressTo(deps, escalation.to, addressees);
  if (!addressed.ok) {
    const { issue } = addressed;
    issues.push({ ...issue, path: ["repeat", "escalation", ...issue.path] });
    return policy;
  }
  const { target: to, recipient } = addressed;
  const planned = plannedPart(deps, recipient, { target: to, schedule });
  return { ...policy, repeat: { ...policy.repeat, escalation: { after: escalation.after, to, ...planned } } };
}
