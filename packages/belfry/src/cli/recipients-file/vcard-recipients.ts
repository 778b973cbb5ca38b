import { decodedText, linesOf } from "./decoded-text.ts";
import { type RecipientRow, rowFault } from "./recipient-row.ts";
import { readVcard } from "./vcard.ts";

/** In characters; a card may hold a picture. */
const LONGEST_CARD = 8 * 1024 * 1024;

/** One recipient a card, of vCard 3.0 (RFC 2426) and 4.0 (RFC 6350). */
export async function* vcardRecipients(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<RecipientRow, void> {
  for await (const { line, readBytes, card } of cardsOf(decodedText(bytes))) {
    const place = { line, readBytes };
    if (card === null) yield { ...place, ...rowFault("the card has no end; allowed: END:VCARD after each") };
    else yield { ...place, ...readVcard(card) };
  }
}

interface Card {
  /** The line on which it begins. */
  line: number;
  readBytes: number;
  /** Null: it has no end. */
  card: string | null;
}

/** The cards of a file. */
async function* cardsOf(chunks: AsyncIterable<string>): AsyncGenerator<Card, void> {
  let begun: { line: number; lines: string[]; size: number } | null = null;
  let readBytes = 0;
  for await (const { number, text } of linesOf(chunks)) {
    readBytes += Buffer.byteLength(text) + 1;
    const isBegin = /^BEGIN:VCARD\s*$/i.test(text);
    if (begun && (isBegin || begun.size > LONGEST_CARD)) {
      yield { line: begun.line, readBytes, card: null };
      begun = null;
    }
    if (isBegin) begun = { line: number, lines: [], size: 0 };
    if (!begun) continue;
    begun.lines.push(text);
    begun.size += text.length;
    if (!/^END:VCARD\s*$/i.test(text)) continue;
    yield { line: begun.line, readBytes, card: begun.lines.join("\r\n") };
    begun = null;
  }
  if (begun) yield { line: begun.line, readBytes, card: null };
}
