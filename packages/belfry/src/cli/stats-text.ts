import type { CliContext } from "./context.ts";
import { durationText } from "./duration-text.ts";
import { counted, grouped } from "./number-text.ts";
import { renderFields, stateTone } from "./reminder-text.ts";
import type { Stats } from "./resources.ts";
import { sparkline } from "./sparkline.ts";
import { type Column, renderTable } from "./table.ts";
import { distance, elapsed, longTime } from "./time-text.ts";

type Window = Stats["windows"][number];
type Quantiles = Window["latenessMs"];

const LAST: Column<Window> = { title: "LAST", text: (one) => durationText(one.window) };

/** How it goes, for people: a screenful. */
export function renderStats(stats: Stats, context: CliContext): string[] {
  const { output, timeZone } = context;
  const title = (text: string): string[] => ["", output.paint("strong", text)];
  return [
    output.paint("faint", longTime(stats.at, timeZone)),
    ...title("Now"),
    ...renderFields(
      [
        ["reminders", states(stats.reminders, context)],
        ["deliveries", states(stats.deliveries, context)],
        ["oldest waiting", oldest(stats)],
      ],
      context,
    ),
    ...title("Lately"),
    ...renderCounts(stats.windows, context),
    "",
    ...renderQuantiles(stats.windows, context),
    ...title("The next hour"),
    ...renderHour(stats.nextHour, context),
  ];
}

/** `12 active, 3 paused`: what there is any of. */
function states(counts: Readonly<Record<string, number>>, { output }: CliContext): string {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  const words = some.map(([state, count]) => output.paint(stateTone(state), `${grouped(count)} ${state}`));
  return words.join(", ") || "none";
}

function oldest({ oldestWaitingDue, at }: Stats): string {
  return oldestWaitingDue === null ? "nothing waits" : `due ${distance(oldestWaitingDue, Date.parse(at))}`;
}

function renderCounts(windows: readonly Window[], { output }: CliContext): string[] {
  const number = (title: string, value: (one: Window) => number) => ({
    title,
    text: (one: Window) => grouped(value(one)),
    alignsRight: true,
    paint: (text: string, one: Window) =>
      title === "DEAD" && value(one) > 0 ? output.paint("bad", text) : text,
  });
  return renderTable<Window>(
    [
      LAST,
      number("DELIVERED", (one) => one.delivered),
      number("DEAD", (one) => one.dead),
      number("EXPIRED", (one) => one.expired),
      number("TRIES", (one) => one.attempts),
      number("FAILED", (one) => one.failedAttempts),
    ],
    windows,
    output.width,
  );
}

function renderQuantiles(windows: readonly Window[], { output }: CliContext): string[] {
  const columns = (name: string, values: (one: Window) => Quantiles) =>
    (["p50", "p90", "p99", "max"] as const).map((part) => ({
      title: part === "p50" ? `${name} p50` : part,
      text: (one: Window) => quantile(values(one), part),
      alignsRight: true,
    }));
  return renderTable<Window>(
    [LAST, ...columns("LATE", (one) => one.latenessMs), ...columns("TOOK", (one) => one.latencyMs)],
    windows,
    output.width,
  );
}

function quantile(values: Quantiles, part: "p50" | "p90" | "p99" | "max"): string {
  return values === null ? "-" : elapsed(values[part]);
}

/** A bar for each minute, and what they add up to. */
function renderHour({ total, perMinute }: Stats["nextHour"], { output }: CliContext): string[] {
  const most = Math.max(0, ...perMinute);
  if (total === 0) return ["Nothing is due."];
  return [
    `${sparkline(perMinute)}`,
    output.paint("faint", `now${"1 h".padStart(perMinute.length - 3)}`),
    `${counted(total, "occurrence")}, at most ${grouped(most)} in one minute`,
  ];
}
