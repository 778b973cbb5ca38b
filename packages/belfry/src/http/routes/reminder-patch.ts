import type { Content } from "../../domain/content.ts";
import type { Target } from "../../domain/target.ts";
import type { ReminderPatch } from "../../engine/reminder-changes.ts";
import { invalidInput, parseInput } from "../input.ts";
import { metadataIssues } from "../schemas/metadata.ts";
import { reminderPatchSchema } from "../schemas/reminder-patch.ts";
import { unstorableParts } from "../storable-json.ts";
import { contentIssues, type Given } from "./reminder-request.ts";
import { repeatIssues, targetIssues } from "./target-request.ts";

const WHAT = "the change of the reminder";

/**
 * Reads what of a reminder is to be replaced: its shape, and which fields go together.
 *
 * @throws InvalidInputError also if nothing is
 */
export function readReminderPatch(input: unknown): ReminderPatch {
  const { to, message, content, ...others } = parseInput(reminderPatchSchema, input, WHAT);
  const issues = [
    ...(to === undefined ? [] : targetIssues(to)),
    ...(message === undefined && content === undefined ? [] : contentIssues(message, content)),
    ...repeatIssues(others.repeat ?? undefined),
    ...metadataIssues(others.metadata ?? {}),
    ...unstorableParts(input),
  ];
  if (issues.length > 0) throw invalidInput(WHAT, issues);
  const given = content ?? (message === undefined ? undefined : { text: message });
  const patch = {
    ...(others as Given<typeof others>),
    ...(to === undefined ? {} : { to: to as Target }),
    ...(given === undefined ? {} : { content: given as Content }),
  };
  if (Object.keys(patch).length === 0) throw changesNothing(input);
  return patch as ReminderPatch;
}

function changesNothing(value: unknown): Error {
  const allowed = `at least one of ${Object.keys(reminderPatchSchema.shape).join(", ")}`;
  return invalidInput(WHAT, [{ path: [], value, message: "changes nothing", allowed }]);
}
