import { readNumberedLines } from "../transfer/numbered-lines.ts";
import { type Fields, type RecipientRow, rowFault } from "./recipient-row.ts";

/** What the API tells of a recipient besides what it takes; `exported` is what `belfry recipients export` adds. */
const NOT_TAKEN: ReadonlySet<string> = new Set(["id", "revision", "createdAt", "updatedAt", "exported"]);

/** One recipient a line, as the API takes or gives it. */
export async function* ndjsonRecipients(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<RecipientRow, void> {
  for await (const line of readNumberedLines(bytes)) {
    const place = { line: line.number, readBytes: line.readBytes };
    if (line.kind === "too-long") yield { ...place, ...rowFault("it is too long; allowed: 256 KiB of JSON") };
    else if (line.kind === "garbled") yield { ...place, ...rowFault("it is not UTF-8") };
    else yield { ...place, ...read(line.text) };
  }
}

type Content = { kind: "recipient"; recipient: Fields } | ReturnType<typeof rowFault>;

function read(text: string): Content {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return rowFault(`it is not JSON, perhaps cut off: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return rowFault("it is no JSON object; allowed: a recipient, as `POST /v1/recipients` takes it");
  const entries = Object.entries(value).filter(([name]) => !NOT_TAKEN.has(name));
  return { kind: "recipient", recipient: Object.fromEntries(entries) };
}
