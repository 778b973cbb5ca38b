import { planOf, readSchedule, refusePast, ScheduleError } from "../../time/schedule.ts";
import type { Problem } from "../resources.ts";
import type { LineFault } from "./transfer-line.ts";

type FieldError = NonNullable<Problem["errors"]>[number];

const FIELDS = [
  "schedule",
  "to",
  "message",
  "content",
  "catchUp",
  "usefulFor",
  "retry",
  "inDoubt",
  "metadata",
] as const;

/** What a line is checked against. */
export interface CheckContext {
  /** The zone of floating rules. */
  timeZone: string;
  nowMs: number;
  /** The endpoints that there are. */
  endpoints: ReadonlySet<string>;
}

/**
 * What can be told of a reminder without making it: it has no unknown fields, its schedule is right and
 * rings again, it has a target, whose endpoint exists, and something to say. The rest is the server's to
 * judge: addresses, lengths, policies, metadata.
 *
 * @returns what is wrong, or null
 */
export function checkLine(request: object, context: CheckContext): LineFault | null {
  // It comes from JSON: any fields.
  const fields = request as Readonly<Record<string, unknown>>;
  const errors = [
    ...unknownFields(fields),
    ...scheduleErrors(fields.schedule, context),
    ...targetErrors(fields.to, context),
    ...contentErrors(fields),
  ];
  return errors.length === 0 ? null : { detail: "Cannot take the line: it is not right", errors };
}

function unknownFields(fields: object): FieldError[] {
  const unknown = Object.entries(fields).filter(([name]) => !FIELDS.some((known) => known === name));
  const allowed = `only ${FIELDS.join(", ")}`;
  return unknown.map(([name, value]) => error([name], { value, message: "is not a known field", allowed }));
}

function scheduleErrors(schedule: unknown, { timeZone, nowMs }: CheckContext): FieldError[] {
  const plan = { acceptedAtMs: Math.floor(nowMs), timeZone };
  try {
    const read = readSchedule(schedule, plan);
    refusePast(read, planOf(read, plan), plan);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ScheduleError)) throw thrown;
    return thrown.issues.map(({ path, value, message, allowed }) =>
      error(["schedule", ...path], { value, message: `is refused: ${message}`, allowed }),
    );
  }
}

function targetErrors(to: unknown, { endpoints }: CheckContext): FieldError[] {
  const allowed = "a channel with its address, or an endpoint";
  if (typeof to !== "object" || to === null)
    return [error(["to"], { value: to, message: to === undefined ? "is missing" : "is no target", allowed })];
  if ("endpoint" in to) {
    const { endpoint: value } = to;
    if (typeof value === "string" && endpoints.has(value)) return [];
    return [error(["to", "endpoint"], { value, message: "does not exist", allowed: "one that exists" })];
  }
  return "channel" in to
    ? []
    : [error(["to", "channel"], { value: undefined, message: "is missing", allowed })];
}

function contentErrors({ message, content }: Readonly<Record<string, unknown>>): FieldError[] {
  if ((message === undefined) !== (content === undefined)) return [];
  const reason = message === undefined ? "is missing" : "stands beside content";
  return [
    error(["message"], { value: message, message: reason, allowed: "message or content, one of the two" }),
  ];
}

function error(
  path: readonly (string | number)[],
  rest: Pick<FieldError, "value" | "message" | "allowed">,
): FieldError {
  return { path: `/${path.join("/")}`, field: String(path.at(-1)), ...rest };
}
