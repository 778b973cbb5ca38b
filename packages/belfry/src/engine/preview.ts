import { InvalidInputError } from "../domain/errors.ts";
import { type Occurrence, planOf, readSchedule, ScheduleError } from "../time/schedule.ts";
import type { Clock } from "./clock.ts";
import type { Preview, PreviewRequest, Tenant } from "./engine.ts";

/**
 * What a schedule would do: its next occurrences after an instant, by the same plan that fires them.
 *
 * @throws InvalidInputError with the schedule's own code; an exhausted rule previews as empty
 */
export function previewSchedule(clock: Clock, tenant: Tenant, request: PreviewRequest): Preview {
  const nowMs = Math.floor(clock.now());
  const context = { acceptedAtMs: nowMs, timeZone: request.timeZone ?? tenant.timeZone };
  try {
    const plan = planOf(readSchedule(request.schedule, context), context);
    const occurrences: Occurrence[] = [];
    let next = plan.next(request.afterMs ?? nowMs);
    while (next !== null && occurrences.length < request.count) {
      occurrences.push(next);
      next = occurrences.length < request.count ? plan.next(next.dueMs) : null;
    }
    return { occurrences, text: plan.text };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const issues = error.issues.map((issue) => ({ ...issue, path: ["schedule", ...issue.path] }));
    const first = issues[0];
    const what = first ? `${first.path.join(".")} ${first.message}` : "it is not valid";
    throw new InvalidInputError(`Cannot preview the schedule: ${what}`, issues, error.code);
  }
}
