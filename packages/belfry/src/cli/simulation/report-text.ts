import type { SimulatedDelivery, SimulationReport } from "../../domain/simulation.ts";
import { durationWords } from "../../time/schedule.ts";
import { counted, grouped } from "../number-text.ts";
import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";

/** What is sent later than this is late. */
const LATE_MS = 1_000;

/** Of each kind that is named one by one, so many. */
const MOST_NAMED = 10;

/** Prints what would go to whom and when: by month, by hour, and what is out of the ordinary one by one. */
export function printReport(
  { deliveries, leftOut, faults, zoneData }: SimulationReport,
  output: Output,
): void {
  output.print(output.paint("strong", summaryOf(deliveries)));
  if (deliveries.length > 0) {
    output.print("");
    for (const line of byMonth(deliveries, output.width)) output.print(line);
    output.print("");
    for (const line of byHour(deliveries, output.width)) output.print(line);
  }
  for (const [title, some] of namedOf(deliveries)) printNamed({ title, some }, output);
  for (const { id, reason } of leftOut) output.printRemark(`Left out: ${id}: ${reason}`);
  for (const fault of faults) output.printRemark(`A fault of Belfry itself: ${fault}`);
  output.print("");
  output.print(output.paint("faint", `Months and hours are those of the recipients; zone data ${zoneData}.`));
}

export function isLate({ latenessMs }: SimulatedDelivery): boolean {
  return latenessMs !== null && latenessMs > LATE_MS;
}

export function isSent({ sentMs }: SimulatedDelivery): boolean {
  return sentMs !== null;
}

function summaryOf(deliveries: readonly SimulatedDelivery[]): string {
  const people = new Set(deliveries.flatMap(({ recipient }) => recipient ?? []));
  const sent = deliveries.filter(isSent).length;
  const to = people.size === 0 ? "" : ` to ${counted(people.size, "recipient")}`;
  const late = deliveries.filter(isLate).length;
  return `${counted(sent, "delivery", "deliveries")}${to}, ${grouped(late)} late, ${grouped(deliveries.length - sent)} not sent.`;
}

interface Sum {
  name: string;
  sent: number;
  late: number;
  notSent: number;
}

function byMonth(deliveries: readonly SimulatedDelivery[], width: number): string[] {
  const sums = sumsBy(deliveries, ({ local }) => local.slice(0, 7));
  return renderTable(
    [
      { title: "MONTH", text: (sum: Sum) => sum.name },
      { title: "SENT", text: (sum: Sum) => grouped(sum.sent), alignsRight: true },
      { title: "LATE", text: (sum: Sum) => grouped(sum.late), alignsRight: true },
      { title: "NOT SENT", text: (sum: Sum) => grouped(sum.notSent), alignsRight: true },
    ],
    sums,
    width,
  );
}

function byHour(deliveries: readonly SimulatedDelivery[], width: number): string[] {
  const sums = sumsBy(deliveries.filter(isSent), ({ local }) => `${local.slice(11, 13)}:00`);
  return renderTable(
    [
      { title: "LOCAL HOUR", text: (sum: Sum) => sum.name },
      { title: "SENT", text: (sum: Sum) => grouped(sum.sent), alignsRight: true },
      { title: "LATE", text: (sum: Sum) => grouped(sum.late), alignsRight: true },
    ],
    sums,
    width,
  );
}

function sumsBy(deliveries: readonly SimulatedDelivery[], nameOf: (one: SimulatedDelivery) => string): Sum[] {
  return [...Map.groupBy(deliveries, nameOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, some]) => {
      const sent = some.filter(isSent).length;
      return { name, sent, late: some.filter(isLate).length, notSent: some.length - sent };
    });
}

/** What is out of the ordinary, by what it is; nothing where there is none. */
function namedOf(deliveries: readonly SimulatedDelivery[]): [title: string, some: SimulatedDelivery[]][] {
  const kinds: [string, (one: SimulatedDelivery) => boolean][] = [
    ["Moved forward, as the clocks skip that time", ({ resolved }) => resolved === "gap"],
    ["Sent at the first of two, as that time comes twice", ({ resolved }) => resolved === "fold"],
    ["Kept for 29 February", ({ resolved }) => resolved === "leap-day"],
    ["Late", isLate],
    ["Not sent", (one) => !isSent(one)],
  ];
  return kinds
    .map(([title, isMeant]): [string, SimulatedDelivery[]] => [title, deliveries.filter(isMeant)])
    .filter(([, some]) => some.length > 0);
}

function printNamed(
  { title, some }: { title: string; some: readonly SimulatedDelivery[] },
  output: Output,
): void {
  output.print("");
  output.print(output.paint("strong", `${title}: ${grouped(some.length)}`));
  const table = renderTable(
    [
      { title: "RECIPIENT", text: (one: SimulatedDelivery) => one.recipient ?? "", shrinks: true },
      { title: "OF", text: (one: SimulatedDelivery) => one.source, shrinks: true },
      { title: "RULE", text: (one: SimulatedDelivery) => one.nominal },
      {
        title: "SENT",
        text: (one: SimulatedDelivery) => (isSent(one) ? one.local.replace("T", " ") : one.state),
      },
      { title: "LATE BY", text: (one: SimulatedDelivery) => (isLate(one) ? latenessText(one) : "") },
      { title: "WHY", text: (one: SimulatedDelivery) => one.reason ?? "", shrinks: true, atLeast: 20 },
    ],
    some.slice(0, MOST_NAMED),
    output.width,
  );
  for (const line of table) output.print(line);
  if (some.length > MOST_NAMED) output.print(`and ${grouped(some.length - MOST_NAMED)} more; --json has all`);
}

function latenessText({ latenessMs }: SimulatedDelivery): string {
  return durationWords(Math.max(1_000, Math.round((latenessMs ?? 0) / 1_000) * 1_000));
}
