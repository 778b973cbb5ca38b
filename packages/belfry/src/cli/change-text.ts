import type { CliContext } from "./context.ts";
import { counted } from "./number-text.ts";
import { reminderFields, renderFields } from "./reminder-text.ts";
import type { ChangedReminder, Reminder } from "./resources.ts";

/** `; 2 waiting will not be sent as planned; 1 delivery waits; …`: what became of deliveries; empty if nothing. */
export function changeText(changed: ChangedReminder): string {
  return changeParts(changed)
    .map((part) => `; ${part}`)
    .join("");
}

/** What a change has done, for people: each field that differs, then what became of deliveries. */
export function renderChange(before: Reminder, after: ChangedReminder, context: CliContext): string[] {
  const { output } = context;
  const old = new Map(reminderFields(before, context));
  const changes = reminderFields(after, context).flatMap(([name, value]) => {
    const was = old.get(name) ?? "";
    return was === value ? [] : [[name, `${was || "none"} → ${value || "none"}`] as const];
  });
  if (changes.length === 0) return [`${output.paint("strong", after.id)} is as it was.`];
  const deliveries = changeParts(after).map((part) => `${part}.`);
  const title = `Changed ${output.paint("strong", after.id)}, which has revision ${after.revision} now:`;
  return [title, ...renderFields(changes, context), ...deliveries];
}

function changeParts({ withdrawn, planned, inFlight }: ChangedReminder): string[] {
  return [
    withdrawn > 0 ? `${withdrawn} waiting will not be sent as planned` : "",
    planned > 0 ? `${counted(planned, "delivery", "deliveries")} ${planned === 1 ? "waits" : "wait"}` : "",
    inFlight > 0 ? `${inFlight} being sent may still arrive as before` : "",
  ].filter((part) => part !== "");
}
