import type { Content } from "../../domain/content.ts";
import type { InputIssue } from "../../domain/errors.ts";
import type { Target } from "../../domain/target.ts";
import type { ReminderRequest, RetryRequest } from "../../engine/engine.ts";
import { invalidInput, parseInput } from "../input.ts";
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
  const { schedule, to, message, content, retry, metadata, ...options } = parseInput(
    reminderRequestSchema,
    input,
    "the reminder",
  );
  const issues = [
    ...targetIssues(to),
    ...contentIssues(message, content),
    ...metadataIssues(metadata ?? {}),
    ...unstorableParts(input),
  ];
  if (issues.length > 0) throw invalidInput("the reminder", issues);
  return {
    schedule,
    to: to as Target,
    content: (content ?? { text: message }) as Content,
    ...(options as Given<typeof options>),
    ...(retry ? { retry: retry as RetryRequest } : {}),
    ...(metadata ? { metadata } : {}),
  };
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
