import { isDeepStrictEqual } from "node:util";
import type { CalendarEvent, CalendarEventSpec } from "../domain/calendar-event.ts";
import { ConflictError, type InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { CalendarEventContent } from "./calendar-engine.ts";
import { readEventTimes } from "./calendar-event-times.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

/** How often a change begins anew that others are faster than. */
export const MOST_TRIES = 5;

/** An event with what is said of it now; null if it was said before. */
export function changedEvent(
  { clock }: Pick<EngineDeps, "clock">,
  before: CalendarEvent,
  spec: CalendarEventSpec,
): CalendarEvent | null {
  const { title, description, when } = before;
  if (isDeepStrictEqual({ title, description, when }, spec)) return null;
  return { ...before, ...spec, revision: before.revision + 1, updatedAtMs: Math.floor(clock.now()) };
}

/** Reads what is said of an event; what is wrong with it, if anything is. */
export function readSpec(
  { clock, tuning }: Pick<EngineDeps, "clock" | "tuning">,
  content: CalendarEventContent,
  { tenant, owner }: { tenant: Tenant; owner: Recipient },
): CalendarEventSpec | InvalidInputError {
  const issues: InputIssue[] = [];
  const timeZone = owner.timeZone ?? tenant.timeZone;
  const when = readEventTimes(content, { timeZone, keptFromMs: clock.now() - tuning.retentionMs }, issues);
  if (!when) return refusal(issues);
  return { title: content.title, description: content.description || null, when };
}

export function refusal(issues: readonly InputIssue[]): InvalidInputError {
  const [first] = issues;
  const told = first ? `${first.path.join(".")} ${first.message}` : "it is not right";
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new InvalidInputError(`Cannot take the calendar event: ${told}${more}`, issues);
}

export function changedAgain(): ConflictError {
  const message = "Cannot change the calendar: others changed it again and again meanwhile; try again";
  return new ConflictError("calendar_event_changed", message);
}
