import type { Content } from "../../domain/content.ts";
import type { InputIssue } from "../../domain/errors.ts";
import type { Target } from "../../domain/target.ts";
import type { ReminderRequest, RetryRequest } from "../../engine/engine.ts";
import { checkInput, invalidInput } from "../input.ts";
import { metadataIssues } from "../schemas/metadata.ts";
import { type ReminderRequestBody, reminderRequestSchema } from "../schemas/reminder-request.ts";
import { unstorableParts } from "../storable-json.ts";

/** A body comes from JSON, which has no undefined: an optional field is there or it is not. */
export type Given<Shape> = { [Key in keyof Shape]: Exclude<Shape[Key], undefined> };

/**
 * Reads one reminder of a request: its shape, and which fields go together.
 *
 * @throws InvalidInputError
 */
export function readReminderRequest(input: unknown): ReminderRequest {
  const checked = checkInput(reminderRequestSchema, input);
  const misshapen = checked.ok ? [] : checked.issues;
  const issues = [...misshapen, ...fieldIssues(input, misshapen)];
  if (!checked.ok || issues.length > 0) throw invalidInput("the reminder", issues);
  const { schedule, to, message, content, retry, metadata, ...options } = checked.data;
  return {
    schedule,
    to: to as Target,
    content: (content ?? { text: message }) as Content,
    ...(options as Given<typeof options>),
    ...(retry ? { retry: retry as RetryRequest } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

/** What is wrong with the fields of the right shape: what they lack or hold, and which do not go together. */
function fieldIssues(input: unknown, misshapen: readonly InputIssue[]): InputIssue[] {
  const wrong = new Set(misshapen.map(({ path: [name] }) => name));
  // Without a name it is the whole that is wrong.
  if (wrong.has(undefined)) return [];
  // Only what is of the right shape is looked at.
  const { to, message, content, metadata = {} } = input as ReminderRequestBody;
  return [
    ...(wrong.has("to") ? [] : targetIssues(to)),
    ...(wrong.has("message") || wrong.has("content") ? [] : contentIssues(message, content)),
    ...(wrong.has("metadata") ? [] : metadataIssues(metadata)),
    ...unstorableParts(input).filter(({ path: [name] }) => !wrong.has(name)),
  ];
}

/** Which parts of a target do not go together. */
export function targetIssues({ channel, address, endpoint }: ReminderRequestBody["to"]): InputIssue[] {
  if (endpoint === undefined && channel === undefined) {
    return [missing(["to", "channel"], "the name of a channel, or an endpoint instead")];
  }
  if (endpoint === undefined) return [];
  const besides = Object.entries({ channel, address }).filter(([, value]) => value !== undefined);
  return besides.map(([name, value]) => {
    const allowed = "an endpoint alone, or a channel with its address";
    return { path: ["to", name], value, message: "stands beside endpoint", allowed };
  });
}

/** What is wrong with a message beside a content, or with neither. */
export function contentIssues(
  message: string | undefined,
  content: ReminderRequestBody["content"],
): readonly InputIssue[] {
  if (content === undefined) {
    return message === undefined ? [missing(["message"], "message, or content instead")] : [];
  }
  const issues: InputIssue[] = [];
  if (message !== undefined) {
    const allowed = "message or content, one of the two";
    issues.push({ path: ["message"], value: message, message: "stands beside content", allowed });
  }
  if (Object.keys(content).length === 0) {
    const allowed = "at least one of title, text, html, data";
    issues.push({ path: ["content"], value: content, message: "is empty", allowed });
  }
  return issues;
}

function missing(path: readonly string[], allowed: string): InputIssue {
  return { path, value: undefined, message: "is missing", allowed };
}
