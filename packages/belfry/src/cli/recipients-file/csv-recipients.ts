import { usageFailure } from "../exit-code.ts";
import { csvRows } from "./csv-rows.ts";
import { decodedText } from "./decoded-text.ts";
import { COLUMNS_ALLOWED, type Column, cellValue, columnOf } from "./recipient-column.ts";
import { type Fields, type RecipientRow, rowFault } from "./recipient-row.ts";

/** What becomes of columns whose names say nothing. */
export interface ColumnOptions {
  /** What columns are, by their names. */
  map: Readonly<Record<string, string>>;
  unknown: "refuse" | "attributes" | "ignore";
}

/** One recipient a row, under a row of names. An empty cell says nothing. @throws CommandFailure for wrong names */
export async function* csvRecipients(
  bytes: AsyncIterable<Uint8Array>,
  options: ColumnOptions,
): AsyncGenerator<RecipientRow, void> {
  let columns: (Column | null)[] | undefined;
  for await (const row of csvRows(decodedText(bytes))) {
    const place = { line: row.line, readBytes: row.readBytes };
    if (row.kind === "fault") yield { ...place, kind: "fault", fault: row.fault };
    else if (!columns) columns = columnsOf(row.cells, options);
    else yield { ...place, ...recipientOf(row.cells, columns) };
  }
}

function columnsOf(names: readonly string[], { map, unknown }: ColumnOptions): (Column | null)[] {
  const unused = Object.keys(map).find((name) => !names.includes(name));
  if (unused !== undefined) throw usageFailure(`--map names the column "${unused}", which the file has not`);
  const columns = names.map((name) => {
    const column = columnOf(map[name] ?? name);
    if (column) return column;
    if (map[name] !== undefined || unknown === "refuse" || name === "")
      throw unknownColumn(map[name] ?? name);
    return unknown === "ignore" ? null : { field: "attributes", part: name };
  });
  const keys = columns.map((column) => column && `${column.field} ${column.part ?? ""}`);
  const twice = keys.findIndex((key, index) => key !== null && keys.indexOf(key) !== index);
  if (twice !== -1) throw usageFailure(`the column "${names[twice]}" says what another one says already`);
  return columns;
}

function unknownColumn(name: string): Error {
  const help = `--map "${name}=attributes.${name}" says what it is, --others what becomes of all such`;
  return usageFailure(`the column "${name}" is not known; allowed: ${COLUMNS_ALLOWED}; ${help}`);
}

function recipientOf(
  cells: readonly string[],
  columns: readonly (Column | null)[],
): { kind: "recipient"; recipient: Fields } | ReturnType<typeof rowFault> {
  if (cells.length > columns.length)
    return rowFault(
      `it has ${cells.length} values; allowed: at most ${columns.length}, as many as there are columns`,
    );
  const recipient: Fields = {};
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? "";
    if (column === null || cell === "") continue;
    const value = cellValue(column, cell);
    const whole = recipient[column.field];
    recipient[column.field] =
      column.part === undefined
        ? value
        : { ...(typeof whole === "object" ? whole : {}), [column.part]: value };
  }
  return { kind: "recipient", recipient };
}
