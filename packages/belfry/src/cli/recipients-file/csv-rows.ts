import { pipeline, Readable } from "node:stream";
import { CsvError, type Info, parse } from "csv-parse";
import { rowFault } from "./recipient-row.ts";

const DELIMITERS = [",", ";", "\t"];
/** In characters; the API takes no recipient as long. */
const LONGEST_ROW = 256 * 1024;

/** One row of a file of values. */
export type CsvRow = { line: number; readBytes: number } & (
  | { kind: "cells"; cells: string[] }
  | ReturnType<typeof rowFault>
);

/**
 * The rows of a file of values (RFC 4180), parted by commas, semicolons or tabs; blank ones are left out. A quote
 * that stays open, or a row without end, spoils all that follows: it is the last.
 */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow, void> {
  const { head, rest } = await withHead(chunks);
  const parser = parse({
    delimiter: delimiterOf(head),
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    // Better a name with quotes in it than nothing behind it.
    relax_quotes: true,
    max_record_size: LONGEST_ROW,
  });
  // The parser then fails as its source does.
  pipeline(Readable.from(rest), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      const cells = record.map((cell) => cell.trim());
      const place = { line: firstLine(record, info), readBytes: info.bytes };
      if (cells.some((cell) => cell !== "")) yield { ...place, kind: "cells", cells };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield faultOf(error);
  }
}

/** The parser tells where a row ends. */
function firstLine(cells: readonly string[], { lines }: Info): number {
  return lines - cells.reduce((sum, cell) => sum + cell.split("\n").length - 1, 0);
}

function faultOf(error: CsvError): CsvRow {
  const numberOf = (name: "lines" | "bytes"): number => (typeof error[name] === "number" ? error[name] : 0);
  const what =
    error.code === "CSV_MAX_RECORD_SIZE"
      ? `the row that begins before it is longer than ${LONGEST_ROW / 1024} KiB, perhaps for want of a closing quote`
      : error.message;
  return {
    line: numberOf("lines"),
    readBytes: numberOf("bytes"),
    ...rowFault(`${what}; nothing behind it is read`),
  };
}

/** The first line, and all of it with that line again. */
async function withHead(
  chunks: AsyncIterable<string>,
): Promise<{ head: string; rest: AsyncIterable<string> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  let head = "";
  while (!head.includes("\n") && head.length < LONGEST_ROW) {
    const next = await iterator.next();
    if (next.done) break;
    head += next.value;
  }
  async function* rest(): AsyncGenerator<string, void> {
    yield head;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head: head.split("\n", 1)[0] ?? "", rest: rest() };
}

/** What parts the names of the columns: the one that stands there most, outside quotes. */
function delimiterOf(head: string): string {
  const bare = head.replace(/"[^"]*"/g, "");
  const counts = DELIMITERS.map((one) => ({ one, count: bare.split(one).length }));
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).one;
}
