import { ApiError } from "../../client/api-error.ts";
import type { CliContext } from "../context.ts";
import { reportFailure } from "../failure.ts";
import { counted, grouped } from "../number-text.ts";
import { createProgress } from "../progress.ts";
import type { ImportOutcome } from "./import-batch.ts";
import type { LineFault } from "./transfer-line.ts";

/** What became of the lines so far. */
export interface ImportTally {
  /** Lines that were looked at. */
  lines: number;
  imported: number;
  /** Of these: those that an earlier run had made. */
  replayed: number;
  failed: number;
  skipped: number;
  endpoints: number;
}

/** How an import tells. */
export interface ImportReportOptions {
  context: CliContext;
  /** Whether each line's result is printed for programs. */
  json: boolean;
  isDryRun: boolean;
  /** The size of the file, if it is known. */
  totalBytes: number | undefined;
}

/** Tells what becomes of each line: faults on standard error, results for programs on standard output. */
export function createImportReport({ context, json, isDryRun, totalBytes }: ImportReportOptions) {
  const { output } = context;
  const progress = createProgress(context);
  const tally: ImportTally = { lines: 0, imported: 0, replayed: 0, failed: 0, skipped: 0, endpoints: 0 };
  /** Floating rules by the zones they were read in there and here. */
  const moved = new Map<string, number>();

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
    settle: async (outcome: ImportOutcome): Promise<void> => {
      const { line, origin } = outcome.item;
      if (outcome.kind === "failed") return fail(line, outcome.fault);
      const { reminder, isReplayed } = outcome;
      tally.imported += 1;
      if (isReplayed) tally.replayed += 1;
      const [there, here] = [origin.timeZone, reminder.timeZone];
      if (there && here && there !== here) count(moved, `${here} here and in ${there} there`);
      await print(line, "imported", { id: reminder.id, ...(origin.id !== undefined && { from: origin.id }) });
    },
    skip: async (line: number, reason: string): Promise<void> => {
      tally.skipped += 1;
      await print(line, "skipped", { reason });
    },
    endpoint: async (line: number, name: string): Promise<void> => {
      tally.endpoints += 1;
      await print(line, "imported", { endpoint: name });
    },
    /** A line is right, as far as can be told without the server. */
    check: async (line: number): Promise<void> => {
      tally.imported += 1;
      await print(line, "checked", {});
    },
    show: (readBytes: number): void => {
      const failed = tally.failed > 0 ? `, ${grouped(tally.failed)} failed` : "";
      const share = totalBytes === undefined ? undefined : readBytes / Math.max(totalBytes, 1);
      progress.show(`${counted(tally.lines, "line")}${failed}`, share);
    },
    end: (): void => {
      progress.clear();
      for (const [zones, reminders] of moved)
        output.printRemark(`${counted(reminders, "floating rule")} read in ${zones}.`);
      output.printRemark(summary(tally, isDryRun));
    },
  };
}

export type ImportReport = ReturnType<typeof createImportReport>;

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** `Cannot import line 17: schedule.cron "61 * * * *" has no minute 61; allowed: 0 to 59`. */
export function faultText(line: number, { detail, errors }: LineFault): string {
  const problem = { status: 400, code: "", detail, errors };
  return reportFailure(new ApiError(problem), { action: `import line ${line}` }).message;
}

/** `Imported 4,990 reminders (1,000 of them before) and 2 endpoints; 10 lines failed; 3 were skipped.` */
function summary(tally: ImportTally, isDryRun: boolean): string {
  const { imported, replayed, failed, skipped, endpoints } = tally;
  const before = replayed > 0 ? ` (${grouped(replayed)} of them in an earlier run)` : "";
  const named = endpoints > 0 ? ` and ${counted(endpoints, "endpoint")}` : "";
  const what = isDryRun
    ? `${counted(imported, "line")} would be sent${named}`
    : `Imported ${counted(imported, "reminder")}${before}${named}`;
  const others = [
    failed > 0 ? `; ${counted(failed, "line")} failed` : "",
    skipped > 0 ? `; ${counted(skipped, "line")} skipped` : "",
  ];
  return `${what}${others.join("")}.`;
}
