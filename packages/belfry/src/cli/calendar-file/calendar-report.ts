import type { CliContext } from "../context.ts";
import { counted, grouped } from "../number-text.ts";
import { createProgress } from "../progress.ts";
import { faultText } from "../transfer/import-report.ts";
import type { LineFault } from "../transfer/transfer-line.ts";
import type { EventOutcome } from "./calendar-importer.ts";
import type { FileEntry } from "./file-entry.ts";

export interface CalendarReportOptions {
  context: CliContext;
  /** Whether each event's result is printed for programs. */
  json: boolean;
  isDryRun: boolean;
  /** How many entries the file has, if it is known. */
  total: number | undefined;
}

/** Tells what becomes of each event: faults on standard error, results for programs on standard output. */
export function createCalendarReport({ context, json, isDryRun, total }: CalendarReportOptions) {
  const { output } = context;
  const progress = createProgress(context);
  const tally = {
    looked: 0,
    added: 0,
    changed: 0,
    unchanged: 0,
    checked: 0,
    failed: 0,
    over: 0,
    cancelled: 0,
    ofSeries: 0,
  };
  const print = async (line: number, status: string, rest: object): Promise<void> => {
    if (json) await output.printSteadily(JSON.stringify({ line, status, ...rest }));
  };
  const fail = async (line: number, uid: string | null, fault: LineFault): Promise<void> => {
    tally.failed += 1;
    progress.clear();
    output.printError(faultText(line, uid === null ? fault : withUid(fault, uid)));
    await print(line, "failed", { uid, problem: fault });
  };
  return {
    tally,
    settle: async (outcome: EventOutcome): Promise<void> => {
      const { line, event, isOfSeries } = outcome.entry;
      if (outcome.kind === "failed") return fail(line, uidOf(event.uid), outcome.fault);
      tally[outcome.kind] += 1;
      if (isOfSeries) tally.ofSeries += 1;
      await print(line, outcome.kind, { uid: event.uid, id: outcome.event.id });
    },
    /** It is no event to be stored. */
    leave: async (entry: Exclude<FileEntry, { kind: "event" }>): Promise<void> => {
      if (entry.kind === "fault") return fail(entry.line, entry.uid, entry.fault);
      tally[entry.reason === "it is cancelled" ? "cancelled" : "over"] += 1;
      await print(entry.line, "skipped", { uid: entry.uid, reason: entry.reason });
    },
    /** It is right, as far as can be told without the server. */
    check: async ({ line, event, isOfSeries }: Extract<FileEntry, { kind: "event" }>): Promise<void> => {
      tally.checked += 1;
      if (isOfSeries) tally.ofSeries += 1;
      await print(line, "checked", { uid: event.uid, start: event.start });
    },
    show: (): void => {
      tally.looked += 1;
      const failed = tally.failed > 0 ? `, ${grouped(tally.failed)} failed` : "";
      const share = total === undefined ? undefined : tally.looked / Math.max(total, 1);
      progress.show(`${counted(tally.looked, "event")}${failed}`, share);
    },
    end: (): void => {
      progress.clear();
      output.printRemark(isDryRun ? dryRunText(tally) : summary(tally));
      if (tally.ofSeries > 0)
        output.printRemark(
          `${counted(tally.ofSeries, "of them is an occurrence", "of them are occurrences")} of events that recur: ` +
            "those of the year to come. Import the file again for later ones.",
        );
    },
  };
}

export type CalendarReport = ReturnType<typeof createCalendarReport>;
type Tally = CalendarReport["tally"];

function uidOf(uid: unknown): string | null {
  return typeof uid === "string" ? uid : null;
}

/** Which event it is: a line of a file that was folded says little. */
function withUid({ detail, errors = [] }: LineFault, uid: string): LineFault {
  return {
    detail: `${detail} (UID ${uid})`,
    errors: errors.map((one) => ({ ...one, message: `${one.message} (UID ${uid})` })),
  };
}

/** `Imported 52 calendar events: 50 added, 2 changed; 1 failed; 4 are over; 1 is cancelled.` */
function summary(tally: Tally): string {
  const parts = [
    [tally.added, "added"],
    [tally.changed, "changed"],
    [tally.unchanged, "as they were"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${grouped(count)} ${what}`);
  const what = told.length === 0 ? "" : `: ${told.join(", ")}`;
  const stored = tally.added + tally.changed + tally.unchanged;
  return `Imported ${counted(stored, "calendar event")}${what}${restText(tally)}.`;
}

function dryRunText(tally: Tally): string {
  return `${counted(tally.checked, "calendar event")} would be sent${restText(tally)}.`;
}

function restText({ failed, over, cancelled }: Tally): string {
  const failing = failed > 0 ? `; ${grouped(failed)} failed` : "";
  const past = over > 0 ? `; ${counted(over, "is over", "are over")}` : "";
  return `${failing}${past}${cancelled > 0 ? `; ${counted(cancelled, "is cancelled", "are cancelled")}` : ""}`;
}
