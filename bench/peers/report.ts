import { cpus, totalmem } from "node:os";
import { medianOf, round } from "../median.ts";
import type { Contender } from "./contenders/contender.ts";
import type { Settings } from "./drivers/driver.ts";
import type { Figure, Results } from "./figures.ts";
import { judge } from "./judge.ts";
import { SOCKETS } from "./posting.ts";
import { rawFigure } from "./raw.ts";
import { RETRY_MS } from "./retry.ts";
import type { Running } from "./running.ts";
import type { Scale } from "./scale.ts";
import type { Workload } from "./workloads/workload.ts";

export interface Report {
  workloads: readonly Workload[];
  contenders: readonly Contender[];
  results: Results;
  scale: Scale;
  /** Servers, with their settings. */
  places: Readonly<Record<string, Settings>>;
  running: Pick<Running, "faults" | "byOthers" | "thrownAway">;
}

/** Prints all there is to tell; whether every goal was met and everything could be measured. */
export function printReport(report: Report): boolean {
  const { workloads, results } = report;
  const { faults } = report.running;
  printSettings(report);
  const figures = workloads.flatMap((workload) => workload.figures);
  console.log(`\nmedians over the rounds (least to most); ${yardstick(results)}`);
  console.table([...figures.map((figure) => rowOf(figure, report))]);
  const verdicts = figures.flatMap((figure) => judge(figure, report) ?? []);
  if (verdicts.length > 0) console.table(verdicts);
  for (const fault of faults) console.log(`not measured: ${fault}`);
  return faults.length === 0 && verdicts.every(({ isMet }) => isMet);
}

function printSettings({ workloads, contenders, scale, places, running }: Report): void {
  const [cpu] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  console.log(`\nmachine: ${cpus().length} x ${cpu?.model}, ${memory}; Node ${process.version}`);
  console.log(
    `percent of it that others took during the measurements: ${cellOf(running.byOthers)}; ` +
      `thrown away, as they took too much: ${running.thrownAway}`,
  );
  console.log(`scale: ${inWords({ ...scale })}`);
  console.log(`workers: one process each, at most ${SOCKETS} sockets; a retry waits ${RETRY_MS} ms`);
  for (const [name, settings] of Object.entries(places)) console.log(`${name}: ${inWords(settings)}`);
  for (const contender of contenders) {
    console.log(`${contender.title}`);
    for (const [use, settings] of settingsByUse(contender, workloads))
      console.log(`  ${use}: ${inWords(settings)}`);
  }
}

/** Workloads for which it is set up alike share a line. */
function settingsByUse(contender: Contender, workloads: readonly Workload[]): [string, Settings][] {
  const lines = new Map<string, { names: string[]; settings: Settings }>();
  for (const { name, use } of workloads) {
    const settings = contender.describe(use);
    const line = lines.get(JSON.stringify(settings)) ?? { names: [], settings };
    line.names.push(name);
    lines.set(JSON.stringify(settings), line);
  }
  return [...lines.values()].map(({ names, settings }) => [names.join(", "), settings]);
}

function inWords(settings: Settings): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}

function rowOf({ id, workload, unit }: Figure, { contenders, results }: Report): Record<string, string> {
  const cells = contenders.map(({ name }) => [name, cellOf(results.of(name, id))]);
  return { workload, unit, ...Object.fromEntries(cells) };
}

function yardstick(results: Results): string {
  return `${rawFigure.workload}, ${cellOf(results.of(rawFigure.id, rawFigure.id))} ${rawFigure.unit}`;
}

function cellOf(values: readonly number[]): string {
  if (values.length === 0) return "";
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${round(medianOf(values))} (${round(least)} to ${round(most)})`;
}
