import type { Content } from "../../domain/content.ts";
import type { InputIssue } from "../../domain/errors.ts";
import type { Target } from "../../domain/target.ts";
import type { ReminderRequest, RepeatRequest, RetryRequest } from "../../engine/engine.ts";
import { checkInput, invalidInput } from "../input.ts";
import { metadataIssues } from "../schemas/metadata.ts";
import { type ReminderRequestBody, reminderRequestSchema } from "../schemas/reminder-request.ts";
import { unstorableParts } from "../storable-json.ts";
import { repeatIssues, targetIssues } from "./target-request.ts";

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
  const { schedule, to, message, content, retry, repeat, metadata, ...options } = checked.data;
  return {
    schedule,
    to: to as Target,
    content: (content ?? { text: message }) as Content,
    ...(options as Given<typeof options>),
    ...(retry ? { retry: retry as RetryRequest } : {}),
    ...(repeat ? { repeat: repeat as RepeatRequest } : {}),
    ...(metadata ? { metadata } : {}),
  };
}

/** What is wrong with the fields of the right shape: what they lack or hold, and which do not go together. */
function fieldIssues(input: unknown, misshapen: readonly InputIssue[]): InputIssue[] {
  const wrong = new Set(misshapen.map(({ path: [name] }) => name));
  // Without a name it is the whole that is wrong.
  if (wrong.has(undefined)) return [];
  // Only what is of the right shape is looked at.
  const { to, message, content, repeat, metadata = {} } = input as ReminderRequestBody;
  return [
    ...(wrong.has("to") ? [] : targetIssues(to)),
    ...(wrong.has("repeat") ? [] : repeatIssues(repeat)),
    ...(wrong.has("message") || wrong.has("content") ? [] : contentIssues(message, content)),
    ...(wrong.has("metadata") ? [] : metadataIssues(metadata)),
    ...unstorableParts(input).filter(({ path: [name] }) => !wrong.has(name)),
  ];
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
  if (Object.keys(content).every((name) => name === "locales")) {
    const allowed = "at least one of title, text, html, data";
    issues.push({ path: ["content"], value: content, message: "says nothing", allowed });
  }
  return issues;
}

function missing(path: readonly string[], allowed: string): InputIssue {
  return { path, value: undefined, message: "is missing", allowed };
}
