import { namedRecipient } from "./named-recipient.ts";
import { type RecipientBatchOptions, type RecipientItem, sendRecipients } from "./recipient-batch.ts";
import type { RecipientReport } from "./recipient-report.ts";
import type { RecipientRow } from "./recipient-row.ts";

/** What the API takes in one call: so many, and so many bytes less the frame around them. */
const MOST_ITEMS = 1000;
const MOST_BYTES = 8 * 1024 * 1024 - 1024;

export interface RecipientImporterOptions extends RecipientBatchOptions {
  report: RecipientReport;
  country: string | undefined;
}

/** Takes rows one by one and stores what they hold, batch by batch. */
export interface RecipientImporter {
  take(row: RecipientRow): Promise<void>;
  /** Stores what has been taken so far. */
  flush(): Promise<void>;
}

export function createRecipientImporter(options: RecipientImporterOptions): RecipientImporter {
  const { report, country } = options;
  let batch: RecipientItem[] = [];
  let names = new Set<unknown>();
  let bytes = 0;

  const flush = async (): Promise<void> => {
    if (batch.length > 0)
      for (const outcome of await sendRecipients(batch, options)) await report.settle(outcome);
    batch = [];
    names = new Set();
    bytes = 0;
  };
  return {
    flush,
    take: async (row) => {
      if (row.kind === "fault") return report.fail(row.line, row.fault);
      const recipient = namedRecipient(row.recipient, country);
      const size = Buffer.byteLength(JSON.stringify(recipient)) + 1;
      // One that comes again changes the first: a batch takes each only once.
      const isAgain = names.has(recipient.externalId);
      if (isAgain || batch.length === MOST_ITEMS || bytes + size > MOST_BYTES) await flush();
      batch.push({ line: row.line, recipient });
      if (recipient.externalId !== undefined) names.add(recipient.externalId);
      bytes += size;
    },
  };
}
