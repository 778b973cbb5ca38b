import { createImportBatch, type ImportBatchOptions, type ImportItem } from "./import-batch.ts";
import { importEndpoint } from "./import-endpoint.ts";
import type { ImportReport } from "./import-report.ts";
import type { NumberedLine } from "./numbered-lines.ts";
import { faultOf, readTransferLine, type TransferLine, tooLong } from "./transfer-line.ts";

/** Lines whose reminders go together; cut at the same places wherever an import begins. */
const BLOCK = 1000;
/** What the API takes in one call, less the frame around it. */
const MOST_BYTES = 8 * 1024 * 1024 - 1024;

export interface ImporterOptions extends ImportBatchOptions {
  report: ImportReport;
  /** Whether also what was finished or cancelled is made. */
  withEnded: boolean;
}

/** Takes lines one by one and makes what they hold, batch by batch. */
export interface Importer {
  take(line: NumberedLine): Promise<void>;
  /** Makes what has been taken so far. */
  flush(): Promise<void>;
  /** The first line that is not done. */
  openLine(): number;
}

export function createImporter(options: ImporterOptions): Importer {
  const { report, withEnded } = options;
  const sendBatch = createImportBatch(options);
  let batch: ImportItem[] = [];
  let batchBytes = 0;
  let nextLine = 1;

  const flush = async (): Promise<void> => {
    if (batch.length > 0) for (const outcome of await sendBatch(batch)) await report.settle(outcome);
    batch = [];
    batchBytes = 0;
  };
  const add = async (item: ImportItem, bytes: number): Promise<void> => {
    const isNewBlock = blockOf(item.line) !== blockOf(batch[0]?.line ?? item.line);
    if (isNewBlock || batchBytes + bytes > MOST_BYTES) await flush();
    batch.push(item);
    batchBytes += bytes + 1;
  };
  const takeContent = async (number: number, content: TransferLine): Promise<void> => {
    if (content.kind === "fault") return report.fail(number, content.fault);
    if (content.kind === "endpoint") {
      await flush();
      return importEndpoint({ number, endpoint: content.endpoint }, options);
    }
    const { request, origin, bytes } = content;
    const hasEnded = origin.state === "finished" || origin.state === "cancelled";
    if (hasEnded && !withEnded) return report.skip(number, `it is ${origin.state}`);
    await add({ line: number, request, origin }, bytes);
  };
  return {
    flush,
    take: async (line) => {
      await takeContent(line.number, contentOf(line));
      nextLine = line.number + 1;
    },
    openLine: () => batch[0]?.line ?? nextLine,
  };
}

/** What a line holds. */
export function contentOf(line: NumberedLine): TransferLine {
  if (line.kind === "too-long") return tooLong();
  if (line.kind === "garbled") return faultOf("it is not UTF-8");
  return readTransferLine(line.text);
}

function blockOf(line: number): number {
  return Math.ceil(line / BLOCK);
}
