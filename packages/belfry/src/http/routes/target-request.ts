import type { InputIssue } from "../../domain/errors.ts";
import type { RepeatBody } from "../schemas/repeat.ts";
import type { TargetRequest } from "../schemas/target.ts";

/** What stands with each kind of target; the first is what names it. */
const KINDS = {
  recipientAtEndpoint: ["recipient", "endpoint"],
  recipient: ["recipient", "channels", "mode"],
  endpoint: ["endpoint"],
  channel: ["channel", "address"],
} as const;

const ALLOWED =
  "an endpoint alone, a channel with its address, or a recipient with its channels and mode, or with an endpoint";

/** Which parts of a target do not go together, and what it lacks. */
export function targetIssues(to: TargetRequest, path: readonly string[] = ["to"]): InputIssue[] {
  const kind = kindOf(to);
  if (kind === undefined) {
    const allowed = "the name of a channel, or an endpoint or a recipient instead";
    return [{ path: [...path, "channel"], value: undefined, message: "is missing", allowed }];
  }
  const own: readonly string[] = KINDS[kind];
  const fields: Readonly<Record<string, unknown>> = to;
  const besides = Object.keys(to)
    .filter((name) => fields[name] !== undefined && !own.includes(name))
    .map((name) => ({
      path: [...path, name],
      value: fields[name],
      message: `stands beside ${kind === "recipientAtEndpoint" ? "endpoint" : kind}`,
      allowed: ALLOWED,
    }));
  return [...besides, ...repeatedChannels(to, path)];
}

/** What names a target: a recipient before all else, undefined if nothing does. */
function kindOf({ recipient, endpoint, channel }: TargetRequest): keyof typeof KINDS | undefined {
  if (recipient !== undefined) return endpoint === undefined ? "recipient" : "recipientAtEndpoint";
  if (endpoint !== undefined) return "endpoint";
  return channel === undefined ? undefined : "channel";
}

/** Channels that are named twice. */
export function repeatedChannels(
  { channels = [] }: Pick<TargetRequest, "channels">,
  path: readonly string[],
): InputIssue[] {
  return channels.flatMap((channel, index) => {
    if (channels.indexOf(channel) === index) return [];
    const allowed = "each channel once";
    return [{ path: [...path, "channels", index], value: channel, message: "is there already", allowed }];
  });
}

/** What does not go together in a repeat. */
export function repeatIssues(repeat: RepeatBody | undefined): InputIssue[] {
  if (!repeat?.escalation) return [];
  const { after, to } = repeat.escalation;
  const issues = targetIssues(to, ["repeat", "escalation", "to"]);
  if (after <= repeat.max) return issues;
  const allowed = `a whole number from 1 to repeat.max, which is ${repeat.max}`;
  return [
    ...issues,
    { path: ["repeat", "escalation", "after"], value: after, message: "is never reached", allowed },
  ];
}
