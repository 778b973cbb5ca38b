import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { patiently } from "../patience.ts";
import type { CalendarEvent } from "../resources.ts";
import { sendInHalves } from "../transfer/halves.ts";
import type { LineFault } from "../transfer/transfer-line.ts";
import type { CalendarReport } from "./calendar-report.ts";
import type { FileEntry } from "./file-entry.ts";

/** What the API takes in one call: so many, and so many bytes less the frame around them. */
const MOST_ITEMS = 1000;
const MOST_BYTES = 8 * 1024 * 1024 - 1024;

export type EventEntry = Extract<FileEntry, { kind: "event" }>;

/** What became of an event. */
export type EventOutcome =
  | { kind: "added" | "changed" | "unchanged"; entry: EventEntry; event: CalendarEvent }
  | { kind: "failed"; entry: EventEntry; fault: LineFault };

export interface CalendarImporterOptions {
  client: Client;
  context: CliContext;
  report: CalendarReport;
  signal: AbortSignal;
}

/** Takes entries one by one and stores what they hold, batch by batch. */
export interface CalendarImporter {
  take(entry: FileEntry): Promise<void>;
  /** Stores what has been taken so far. */
  flush(): Promise<void>;
}

export function createCalendarImporter(options: CalendarImporterOptions): CalendarImporter {
  const { report } = options;
  let batch: EventEntry[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (batch.length > 0) for (const outcome of await send(batch, options)) await report.settle(outcome);
    batch = [];
    bytes = 0;
  };
  return {
    flush,
    take: async (entry) => {
      if (entry.kind !== "event") return report.leave(entry);
      const size = Buffer.byteLength(JSON.stringify(entry.event)) + 1;
      if (batch.length === MOST_ITEMS || bytes + size > MOST_BYTES) await flush();
      batch.push(entry);
      bytes += size;
    },
  };
}

function send(
  entries: readonly EventEntry[],
  { client, context, signal }: CalendarImporterOptions,
): Promise<EventOutcome[]> {
  return sendInHalves<EventEntry, EventOutcome>(entries, {
    failed: (entry, fault) => ({ kind: "failed", entry, fault }),
    send: async (some) => {
      const call = () => client.calendarEvents.upsertBatch(some.map(({ event }) => event));
      const { results } = await patiently(call, { context, signal });
      return some.map((entry, index): EventOutcome => {
        const result = results[index];
        if (!result) return { kind: "failed", entry, fault: NO_ANSWER };
        if (result.status === 400) return { kind: "failed", entry, fault: result.problem };
        const kind = result.status === 201 ? "added" : result.changed ? "changed" : "unchanged";
        return { kind, entry, event: result.event };
      });
    },
  });
}

const NO_ANSWER: LineFault = { detail: "Cannot import: the server gave no answer for it" };
