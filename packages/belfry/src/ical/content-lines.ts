/** One line of a calendar, taken apart (RFC 5545, 3.1). */
export interface ContentLine {
  /** Where it begins in the file, counted from 1. */
  line: number;
  /** In capitals. */
  name: string;
  /** By their names in capitals. */
  params: ReadonlyMap<string, readonly string[]>;
  value: string;
}

/** A line that is none. */
export interface LineFault {
  line: number;
  message: string;
}

export type ReadLine = { ok: true; content: ContentLine } | { ok: false; fault: LineFault };

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const NAME = /^[A-Za-z0-9-]+/;
/** A parameter: its name, then values of which each is quoted or has none of `";:,`. */
const PARAM = /;([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)/y;
const PARAM_VALUE = /"([^"]*)"|([^",]+)/g;

/** The content lines of a file, unfolded; blank ones are left out. */
export function* readContentLines(bytes: Uint8Array): Generator<ReadLine, void> {
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  for (const { line, pieces } of foldedLines(bytes)) {
    let text: string;
    try {
      // Folding counts octets and may cut a character in two, so it is undone before they are read.
      text = utf8.decode(joined(pieces));
    } catch {
      yield { ok: false, fault: { line, message: "is not UTF-8" } };
      continue;
    }
    if (text.trim() !== "") yield readContentLine(text, line);
  }
}

/** Takes one line apart that is unfolded. */
export function readContentLine(text: string, line: number): ReadLine {
  const name = NAME.exec(text)?.[0];
  if (name === undefined) return fault(line, "begins with no name of a property");
  const params = new Map<string, readonly string[]>();
  let at = name.length;
  while (text[at] === ";") {
    PARAM.lastIndex = at;
    const [whole, param = "", values = ""] = PARAM.exec(text) ?? [];
    if (whole === undefined) return fault(line, `has a parameter of ${name} that is none`);
    params.set(param.toUpperCase(), paramValues(values));
    at += whole.length;
  }
  if (text[at] !== ":") return fault(line, `has no colon behind ${name}`);
  return { ok: true, content: { line, name: name.toUpperCase(), params, value: text.slice(at + 1) } };
}

function paramValues(text: string): string[] {
  return Array.from(text.matchAll(PARAM_VALUE), ([, quoted, plain]) => decodeParam(quoted ?? plain ?? ""));
}

/** RFC 6868. */
function decodeParam(text: string): string {
  return text.replace(/\^([n^'])/g, (_, code: string) => (code === "n" ? "\n" : code === "'" ? '"' : "^"));
}

function fault(line: number, message: string): ReadLine {
  return { ok: false, fault: { line, message } };
}

interface FoldedLine {
  line: number;
  pieces: Uint8Array[];
}

/** What begins with a space or a tab goes on with the line before. */
function* foldedLines(bytes: Uint8Array): Generator<FoldedLine, void> {
  let current: FoldedLine | null = null;
  let line = 0;
  for (const piece of physicalLines(bytes)) {
    line += 1;
    const isContinuation = piece[0] === 0x20 || piece[0] === 0x09;
    if (isContinuation && current) {
      current.pieces.push(piece.subarray(1));
      continue;
    }
    if (current) yield current;
    current = { line, pieces: [piece] };
  }
  if (current) yield current;
}

/** They end with CR LF, as they should, or with LF alone. */
function* physicalLines(bytes: Uint8Array): Generator<Uint8Array, void> {
  for (let start = startOfText(bytes); start < bytes.length; ) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    yield bytes.subarray(start, end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end);
    start = end + 1;
  }
}

/** Behind a byte order mark, which some programs write. */
function startOfText([first, second, third]: Uint8Array): number {
  return first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces;
  return only && pieces.length === 1 ? only : Buffer.concat(pieces);
}
