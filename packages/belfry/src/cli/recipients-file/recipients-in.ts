import { type ColumnOptions, csvRecipients } from "./csv-recipients.ts";
import { ndjsonRecipients } from "./ndjson-recipients.ts";
import type { Format } from "./recipient-format.ts";
import type { RecipientRow } from "./recipient-row.ts";
import { vcardRecipients } from "./vcard-recipients.ts";

/** The recipients of a file, one by one, however long it is. */
export function recipientsIn(
  chunks: AsyncIterable<Uint8Array>,
  format: Format,
  columns: ColumnOptions,
): AsyncGenerator<RecipientRow, void> {
  if (format === "csv") return csvRecipients(chunks, columns);
  return format === "vcard" ? vcardRecipients(chunks) : ndjsonRecipients(chunks);
}
