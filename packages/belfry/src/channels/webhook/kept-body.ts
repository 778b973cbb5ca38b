/** How much of an answer is kept for the story, in bytes. */
export const KEPT_BYTES = 1024;

/** The beginning of an answer's body, as it arrives. */
export class KeptBody {
  #bytes: Buffer | undefined;

  /** Takes what still fits. */
  add(chunk: Buffer): void {
    const held = this.#bytes?.length ?? 0;
    if (held >= KEPT_BYTES) return;
    const piece = chunk.subarray(0, KEPT_BYTES - held);
    this.#bytes = this.#bytes ? Buffer.concat([this.#bytes, piece]) : piece;
  }

  /** At most 1 KiB of UTF-8 that any store can hold; undefined where there was nothing. */
  text(): string | undefined {
    return this.#bytes && readableText(this.#bytes);
  }
}

/** Bytes that are no UTF-8, and NUL, which PostgreSQL refuses, become U+FFFD. */
function readableText(bytes: Buffer): string {
  const whole = bytes.length < KEPT_BYTES ? bytes : bytes.subarray(0, endOfLastCharacter(bytes));
  const text = whole.toString("utf8").replaceAll("\0", "\uFFFD");
  // U+FFFD takes three bytes where there was one.
  if (text.length * 3 <= KEPT_BYTES || Buffer.byteLength(text) <= KEPT_BYTES) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(KEPT_BYTES));
  return text.slice(0, read);
}

/** Where to cut so that the last character stays whole: before a lead byte that lacks its rest. */
function endOfLastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= 4 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    const isContinuation = (byte & 0xc0) === 0x80;
    if (!isContinuation) return charLength(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function charLength(lead: number): number {
  if (lead >= 0xf0) return 4;
  if (lead >= 0xe0) return 3;
  return lead >= 0xc0 ? 2 : 1;
}
