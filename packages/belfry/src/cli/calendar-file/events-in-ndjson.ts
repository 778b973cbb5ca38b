import { createHash } from "node:crypto";
import type { CalendarEventInput } from "../resources.ts";
import { type NumberedLine, readNumberedLines } from "../transfer/numbered-lines.ts";
import type { FileEntry } from "./file-entry.ts";

const OBJECT = "a JSON object, as `POST /v1/calendar-events` takes it; its owner may be left out";

/** The events of a file of which each line is one, as JSON; those that name no owner are of the one given. */
export async function* eventsInNdjson(bytes: Uint8Array, owner: string): AsyncGenerator<FileEntry, void> {
  for await (const line of readNumberedLines(wholeOf(bytes))) yield readLine(line, owner);
}

async function* wholeOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

function readLine(line: NumberedLine, owner: string): FileEntry {
  if (line.kind === "too-long") return faultAt(line.number, "it is too long; allowed: at most 1 MiB a line");
  if (line.kind === "garbled") return faultAt(line.number, "it is not UTF-8");
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return faultAt(line.number, `it is not JSON, perhaps cut off: ${reason}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return faultAt(line.number, `it is no object; allowed: ${OBJECT}`);
  // Whether it is right is the server's to judge.
  const event = { owner, uid: uidOf(line.text), ...value } as CalendarEventInput;
  return { kind: "event", line: line.number, event, isOfSeries: false };
}

/** Made of what the line says, so that the same file imported again makes nothing twice. */
function uidOf(text: string): string {
  return `line-${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
}

function faultAt(line: number, reason: string): FileEntry {
  return { kind: "fault", line, uid: null, fault: { detail: `Cannot read the line: ${reason}` } };
}
