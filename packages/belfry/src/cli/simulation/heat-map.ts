import type { SimulatedDelivery } from "../../domain/simulation.ts";
import { civilDate, dayNumber, weekdayOf } from "../../time/calendar.ts";
import { formatDate, parseDate } from "../../time/wall-clock.ts";
import { counted } from "../number-text.ts";

const CELL = 24;
const GAP = 2;
const STEP = CELL + GAP;
const LEFT = 56;
const TOP = 64;
const YEAR_HEIGHT = 7 * STEP + 56;
const WEEKS = 54;

const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** From nothing to most; what is written on each has a contrast of 4.5 to 1 at least (WCAG 2.2, 1.4.3). */
const SHADES = [
  { fill: "#f1f3f5", ink: "#495057" },
  { fill: "#d0ebff", ink: "#0b3d66" },
  { fill: "#74c0fc", ink: "#08213a" },
  { fill: "#1c6fb8", ink: "#ffffff" },
  { fill: "#0b3d66", ink: "#ffffff" },
] as const;

export interface HeatMapOptions {
  /** What stands above it. */
  title: string;
  /** The first and the last day, as numbers of days since 1970. */
  firstDay: number;
  lastDay: number;
}

/** A calendar of what is sent each day, on the clocks of whoever gets it: a picture for people, in SVG. */
export function heatMap(deliveries: readonly SimulatedDelivery[], options: HeatMapOptions): string {
  const counts = countsOf(deliveries);
  const firstYear = civilDate(options.firstDay).year;
  const years = civilDate(options.lastDay).year - firstYear + 1;
  const size = { width: LEFT + WEEKS * STEP + GAP, height: TOP + years * YEAR_HEIGHT + STEP };
  const most = Math.max(0, ...counts.values());
  const cells: string[] = [];
  for (let index = 0; index < years; index++)
    cells.push(...yearOf(firstYear + index, { ...options, counts, most, top: TOP + index * YEAR_HEIGHT }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title desc" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" font-family="system-ui, sans-serif">`,
    `<title id="title">${escaped(options.title)}</title>`,
    `<desc id="desc">${escaped(descriptionOf(counts, most))}</desc>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text({ x: LEFT, y: 28, size: 18, anchor: "start" }, options.title),
    ...cells,
    ...legend(most, TOP + years * YEAR_HEIGHT - 16),
    "</svg>",
    "",
  ].join("\n");
}

/** Of each day with something, how much is sent on it. */
function countsOf(deliveries: readonly SimulatedDelivery[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { sentMs, local } of deliveries) {
    const day = sentMs === null ? null : parseDate(local.slice(0, 10));
    if (day !== null) counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  return counts;
}

function descriptionOf(counts: ReadonlyMap<number, number>, most: number): string {
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  const [busiest] = [...counts].find(([, count]) => count === most) ?? [];
  const peak = busiest === undefined ? "" : ` Most on one day: ${most}, on ${formatDate(busiest)}.`;
  return `A calendar with the number of deliveries in each day, on the clocks of their recipients: ${counted(sum, "delivery", "deliveries")} on ${counted(counts.size, "day")}.${peak}`;
}

interface YearFrame extends HeatMapOptions {
  counts: ReadonlyMap<number, number>;
  most: number;
  top: number;
}

function yearOf(year: number, { counts, most, top, firstDay, lastDay }: YearFrame): string[] {
  const newYear = dayNumber(year, 1, 1);
  const column = (day: number): number => Math.floor((day - newYear + weekdayOf(newYear)) / 7);
  const drawn = [text({ x: 4, y: top - 8, size: 13, anchor: "start" }, String(year))];
  for (const [index, name] of WEEKDAYS.entries())
    drawn.push(text({ x: LEFT - 8, y: top + index * STEP + 16, size: 11, anchor: "end" }, name));
  for (const [index, name] of MONTHS.entries()) {
    const x = LEFT + column(dayNumber(year, index + 1, 1)) * STEP;
    drawn.push(text({ x, y: top - 8, size: 11, anchor: "start" }, name));
  }
  for (let day = Math.max(newYear, firstDay); day <= Math.min(dayNumber(year, 12, 31), lastDay); day++) {
    const place = { x: LEFT + column(day) * STEP, y: top + weekdayOf(day) * STEP };
    drawn.push(cell(place, { day, count: counts.get(day) ?? 0, most }));
  }
  return drawn;
}

function cell(
  { x, y }: { x: number; y: number },
  { day, count, most }: { day: number; count: number; most: number },
): string {
  const { fill, ink } = shadeOf(count, most);
  const box = `<rect x="${x}" y="${y}" width="${CELL}" height="${CELL}" rx="3" fill="${fill}"/>`;
  const number =
    count === 0
      ? ""
      : text({ x: x + CELL / 2, y: y + 16, size: sizeOf(count), anchor: "middle", ink }, short(count));
  const said = `${formatDate(day)}: ${counted(count, "delivery", "deliveries")}`;
  return `<g><title>${said}</title>${box}${number}</g>`;
}

/** By orders of magnitude: one busy day must not make all the others look alike. */
function shadeOf(count: number, most: number): (typeof SHADES)[number] {
  const level = count === 0 ? 0 : Math.ceil((SHADES.length - 1) * (Math.log(count + 1) / Math.log(most + 1)));
  return SHADES[Math.min(level, SHADES.length - 1)] ?? SHADES[0];
}

/** Four characters fit: `9999`, `12k`, `1.2M`. */
function short(count: number): string {
  if (count < 10_000) return String(count);
  return count < 1_000_000 ? `${Math.floor(count / 1_000)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

function sizeOf(count: number): number {
  return short(count).length > 3 ? 9 : 11;
}

function legend(most: number, y: number): string[] {
  const last = SHADES.length - 1;
  const drawn = SHADES.map(
    ({ fill }, index) =>
      `<rect x="${LEFT + index * STEP}" y="${y}" width="${CELL}" height="${CELL}" rx="3" fill="${fill}"/>`,
  );
  const said = `none to ${counted(most, "delivery", "deliveries")} a day, on the clocks of the recipients`;
  return [...drawn, text({ x: LEFT + (last + 1) * STEP + 8, y: y + 16, size: 12, anchor: "start" }, said)];
}

interface TextPlace {
  x: number;
  y: number;
  size: number;
  anchor: "start" | "middle" | "end";
  ink?: string;
}

function text({ x, y, size, anchor, ink = "#212529" }: TextPlace, said: string): string {
  return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${ink}">${escaped(said)}</text>`;
}

function escaped(said: string): string {
  return said.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
