import { cutText } from "../domain/storable-text.ts";

/** One column of a table for people. */
export interface Column<Row> {
  title: string;
  text(row: Row): string;
  /** Colours a cell once it has been padded; default: as it is. */
  paint?(padded: string, row: Row): string;
  /** True for a column that gives way when the lines are too long; ids and times never do. */
  shrinks?: boolean;
  /** How narrow it may become; default 8. */
  atLeast?: number;
  /** True for numbers: aligned at their end. */
  alignsRight?: boolean;
}

const GAP = "  ";
const NARROWEST = 8;

/**
 * A table without borders: a line of titles and one for each row. Columns are as wide as their widest
 * cell; where that is wider than the terminal, those that may shrink give way, the widest first.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): string[] {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.text(row))));
  const widths = fitWidths(
    columns.map((column, index) => ({
      width: Math.max(column.title.length, ...cells.map((line) => line[index]?.length ?? 0)),
      atLeast: column.shrinks ? (column.atLeast ?? NARROWEST) : Number.POSITIVE_INFINITY,
    })),
    width,
  );
  const titles = renderLine(
    columns,
    columns.map((column) => column.title),
    widths,
  );
  const lines = cells.map((line, index) => renderLine(columns, line, widths, rows[index]));
  return [titles, ...lines];
}

function renderLine<Row>(
  columns: readonly Column<Row>[],
  cells: readonly string[],
  widths: readonly number[],
  row?: Row,
): string {
  const parts = columns.map((column, index) => {
    const width = widths[index] ?? 0;
    const text = truncate(cells[index] ?? "", width);
    const padded = column.alignsRight ? text.padStart(width) : text.padEnd(width);
    return row !== undefined && column.paint ? column.paint(padded, row) : padded;
  });
  return parts.join(GAP).trimEnd();
}

function fitWidths(columns: readonly { width: number; atLeast: number }[], available: number): number[] {
  const widths = columns.map((column) => column.width);
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    const widest = columns.reduce((best, column, index) => {
      const isCandidate = (widths[index] ?? 0) > column.atLeast;
      return isCandidate && (widths[index] ?? 0) > (widths[best] ?? 0) ? index : best;
    }, -1);
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** Shortens a text to so many characters; the last of them then says that there was more. */
export function truncate(text: string, width: number): string {
  return text.length <= width ? text : cutText(text, Math.max(0, width - 1));
}

/** A text without line breaks and control characters, which would tear a table or play with a terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
