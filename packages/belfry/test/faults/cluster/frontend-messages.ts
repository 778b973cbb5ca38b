/** What of a client's messages a proxy must know (PostgreSQL's manual, §55.7). */
export type FrontendMessage =
  /** The end of a transaction of several statements. */
  | { kind: "commit" }
  /** A prepared statement is run, by its name. */
  | { kind: "statement"; name: string };

const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;
const QUERY = "Q".charCodeAt(0);
const BIND = "B".charCodeAt(0);

/** Reads the bytes that one client sends, in whatever pieces they come. */
export class FrontendReader {
  #rest: Buffer = Buffer.alloc(0);
  /** The first message has no type. */
  #hasBegun = false;

  /** What has become whole with this piece. */
  read(piece: Buffer): FrontendMessage[] {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    const messages: FrontendMessage[] = [];
    for (let message = this.#next(); message !== null; message = this.#next()) {
      const meaning = meaningOf(message);
      if (meaning) messages.push(meaning);
    }
    return messages;
  }

  #next(): Buffer | null {
    const lengthAt = this.#hasBegun ? TYPE_BYTES : 0;
    if (this.#rest.length < lengthAt + LENGTH_BYTES) return null;
    const end = lengthAt + this.#rest.readUInt32BE(lengthAt);
    if (this.#rest.length < end) return null;
    const message = this.#rest.subarray(0, end);
    this.#rest = this.#rest.subarray(end);
    if (this.#hasBegun) return message;
    this.#hasBegun = true;
    return this.#next();
  }
}

function meaningOf(message: Buffer): FrontendMessage | null {
  const [type] = message;
  const body = message.subarray(TYPE_BYTES + LENGTH_BYTES);
  if (type === QUERY) return textAt(body, 0) === "COMMIT" ? { kind: "commit" } : null;
  if (type !== BIND) return null;
  const portalEnd = body.indexOf(0);
  return { kind: "statement", name: textAt(body, portalEnd + 1) };
}

function textAt(body: Buffer, start: number): string {
  return body.toString("latin1", start, body.indexOf(0, start));
}
