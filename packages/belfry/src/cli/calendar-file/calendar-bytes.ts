import { extname } from "node:path";
import { usageFailure } from "../exit-code.ts";
import type { ImportSource } from "../transfer/import-source.ts";

export const FORMATS = ["ics", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** A file is read as a whole: what belongs together may stand anywhere in it. */
const MOST_BYTES = 64 * 1024 * 1024;

/** @throws CommandFailure if it is larger */
export async function calendarBytes({ chunks }: ImportSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw usageFailure(`the file is larger than ${MOST_BYTES / 1024 / 1024} MiB; split it`);
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** By its name, else by how it begins. */
export function formatOf(path: string | undefined, bytes: Uint8Array): Format {
  const ending = extname(path ?? "")
    .slice(1)
    .toLowerCase();
  if (ending === "ics" || ending === "ical" || ending === "ifb") return "ics";
  if (ending === "ndjson" || ending === "jsonl" || ending === "json") return "ndjson";
  const beginning = Buffer.from(bytes.subarray(0, 64)).toString("latin1");
  return /BEGIN:VCALENDAR/i.test(beginning) ? "ics" : "ndjson";
}
