import type { CliContext } from "../context.ts";
import { counted, grouped } from "../number-text.ts";
import { createProgress } from "../progress.ts";
import { faultText } from "../transfer/import-report.ts";
import type { LineFault } from "../transfer/transfer-line.ts";
import type { RecipientOutcome } from "./recipient-batch.ts";

/** How an import of recipients tells. */
export interface RecipientReportOptions {
  context: CliContext;
  /** Whether each line's result is printed for programs. */
  json: boolean;
  isDryRun: boolean;
  /** The size of the file, if it is known. */
  totalBytes: number | undefined;
}

/** Tells what becomes of each line: faults on standard error, results for programs on standard output. */
export function createRecipientReport({ context, json, isDryRun, totalBytes }: RecipientReportOptions) {
  const { output } = context;
  const progress = createProgress(context);
  const tally = { rows: 0, added: 0, changed: 0, unchanged: 0, failed: 0, checked: 0 };
  const print = async (line: number, status: string, rest: object): Promise<void> => {
    if (json) await output.printSteadily(JSON.stringify({ line, status, ...rest }));
  };
  const fail = async (line: number, fault: LineFault): Promise<void> => {
    tally.failed += 1;
    progress.clear();
    output.printError(faultText(line, fault));
    await print(line, "failed", { problem: fault });
  };
  return {
    tally,
    fail,
    settle: async (outcome: RecipientOutcome): Promise<void> => {
      const { line } = outcome.item;
      if (outcome.kind === "failed") return fail(line, outcome.fault);
      tally[outcome.kind] += 1;
      const { id, externalId } = outcome.recipient;
      await print(line, outcome.kind, { id, externalId });
    },
    /** A line is right, as far as can be told without the server. */
    check: async (line: number): Promise<void> => {
      tally.checked += 1;
      await print(line, "checked", {});
    },
    show: (readBytes: number): void => {
      tally.rows += 1;
      const failed = tally.failed > 0 ? `, ${grouped(tally.failed)} failed` : "";
      const share = totalBytes === undefined ? undefined : readBytes / Math.max(totalBytes, 1);
      progress.show(`${counted(tally.rows, "recipient")}${failed}`, share);
    },
    end: (): void => {
      progress.clear();
      output.printRemark(isDryRun ? dryRunText(tally) : summary(tally));
    },
  };
}

export type RecipientReport = ReturnType<typeof createRecipientReport>;
type Tally = RecipientReport["tally"];

/** `Imported 4,990 recipients: 4,000 added, 900 changed, 90 as they were; 10 failed.` */
function summary({ added, changed, unchanged, failed }: Tally): string {
  const parts = [
    [added, "added"],
    [changed, "changed"],
    [unchanged, "as they were"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${grouped(count)} ${what}`);
  const what = told.length === 0 ? "" : `: ${told.join(", ")}`;
  return `Imported ${counted(added + changed + unchanged, "recipient")}${what}${failedText(failed)}.`;
}

function dryRunText({ checked, failed }: Tally): string {
  return `${counted(checked, "recipient")} would be sent${failedText(failed)}.`;
}

function failedText(failed: number): string {
  return failed > 0 ? `; ${grouped(failed)} failed` : "";
}
