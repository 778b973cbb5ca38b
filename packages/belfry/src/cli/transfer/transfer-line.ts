import type { Problem, Reminder, ReminderInput } from "../resources.ts";

/** The most that the API takes of one reminder, in bytes of JSON. */
const MOST_BYTES = 256 * 1024;
const ALLOWED = "at most 256 KiB of JSON a line";

/** What a line tells of where it comes from; it is no part of the reminder. */
export interface Origin {
  id?: string;
  state?: Reminder["state"];
  /** The zone that the rule was read in. */
  timeZone?: string | null;
}

/** A reminder as `belfry export` writes it: what `POST /v1/reminders` takes, and its origin. */
export type ReminderLine = ReminderInput & { exported?: Origin };

/** An endpoint as `belfry export --endpoints` writes it; never with secrets. */
export interface EndpointLine {
  endpoint: { name: string; url: string; state?: "on" | "off" };
}

/** What is wrong with a line, as the API tells it. */
export type LineFault = Pick<Problem, "detail" | "errors">;

/** What a line holds. */
export type TransferLine =
  | { kind: "reminder"; request: ReminderInput; origin: Origin; bytes: number }
  | { kind: "endpoint"; endpoint: EndpointLine["endpoint"] }
  | { kind: "fault"; fault: LineFault };

/** Reads one line. Whether its reminder is right is the server's to judge. */
export function readTransferLine(text: string): TransferLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8 quotes what it could not read, which says where; its other words say the same.
    return faultOf(`it is not JSON, perhaps cut off: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return faultOf("it is no JSON object; allowed: a reminder, as `POST /v1/reminders` takes it");
  if ("endpoint" in value && !("schedule" in value)) return readEndpoint(value.endpoint);
  const { exported, ...request } = value as ReminderLine;
  const bytes = Buffer.byteLength(JSON.stringify(request));
  if (bytes > MOST_BYTES) return tooLong();
  return { kind: "reminder", request, origin: originOf(exported), bytes };
}

/** A line that is longer than any reminder may be. */
export function tooLong(): TransferLine {
  return faultOf(`it is too long; allowed: ${ALLOWED}`);
}

/** @param reason read behind "Cannot read the line:" */
export function faultOf(reason: string): TransferLine {
  return { kind: "fault", fault: { detail: `Cannot read the line: ${reason}` } };
}

/** Anyone may have written the file: what is none is as good as absent. */
function originOf(exported: unknown): Origin {
  return typeof exported === "object" && exported !== null ? exported : {};
}

function readEndpoint(endpoint: unknown): TransferLine {
  const isNamed =
    typeof endpoint === "object" &&
    endpoint !== null &&
    "name" in endpoint &&
    "url" in endpoint &&
    typeof endpoint.name === "string";
  if (!isNamed) return faultOf("endpoint is none; allowed: a JSON object with name and url");
  // Whether name and URL are right is the server's to judge.
  return { kind: "endpoint", endpoint: endpoint as EndpointLine["endpoint"] };
}
