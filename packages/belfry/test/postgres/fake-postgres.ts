import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** One row, by the names of its columns. */
export type FakeRow = Readonly<Record<string, string | number | boolean>>;

/** How it answers. */
export interface FakeAnswers {
  /** Refuses each connection, as a server or a pooler does. */
  refusal?: { code: string; message: string };
  /** Takes connections and says nothing. */
  isSilent?: boolean;
  /** What one statement gives; default: no row. */
  rowOf?: (sql: string) => FakeRow | undefined;
}

const TEXT = 25;
const OIDS = { string: TEXT, number: 23, boolean: 16 } as const;
const LENGTH_BYTES = 4;

/**
 * A server that speaks enough of PostgreSQL's protocol (its manual, chapter 55) to be taken for one: of
 * versions that nobody can install any more, or of poolers that are not there.
 */
export class FakePostgres implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answers: FakeAnswers) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      if (!answers.isSilent) converse(socket, answers);
    });
  }

  static async start(answers: FakeAnswers): Promise<FakePostgres> {
    const fake = new FakePostgres(answers);
    await once(fake.#server.listen(0, "127.0.0.1"), "listening");
    return fake;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `postgres://somebody@127.0.0.1:${port}/fake`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), "close");
  }
}

function converse(socket: Socket, answers: FakeAnswers): void {
  const statements = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let hasBegun = false;
  let sql = "";
  const hear = (type: string, body: Buffer): void => {
    const [first = "", second = ""] = body.toString("utf8").split("\0");
    if (type === "P") statements.set(first, second);
    if (type === "B") sql = statements.get(second) ?? "";
    if (type === "Q") socket.write(Buffer.concat([resultOf(answers.rowOf?.(first)), READY]));
    if (type !== "S") return;
    socket.write(Buffer.concat([message("1"), message("2"), resultOf(answers.rowOf?.(sql)), READY]));
  };
  socket.on("data", (piece) => {
    rest = Buffer.concat([rest, piece]);
    for (;;) {
      const typeBytes = hasBegun ? 1 : 0;
      if (rest.length < typeBytes + LENGTH_BYTES) return;
      const end = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < end) return;
      const [type, body] = [String.fromCharCode(rest[0] ?? 0), rest.subarray(typeBytes + LENGTH_BYTES, end)];
      rest = rest.subarray(end);
      if (hasBegun) hear(type, body);
      else greet(socket, answers);
      hasBegun = true;
    }
  });
}

function greet(socket: Socket, { refusal }: FakeAnswers): void {
  if (refusal) return void socket.end(errorOf(refusal));
  socket.write(Buffer.concat([message("R", int32(0)), READY]));
}

/** ReadyForQuery, outside of a transaction. */
const READY = message("Z", Buffer.from("I"));

function errorOf({ code, message: words }: { code: string; message: string }): Buffer {
  return message("E", Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${words}\0\0`));
}

function resultOf(row: FakeRow | undefined): Buffer {
  const fields = Object.entries(row ?? {});
  const columns = fields.map(([name, value]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(oidOf(value)),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  );
  const values = fields.map(([, value]) => {
    const bytes = Buffer.from(value === true ? "t" : value === false ? "f" : String(value));
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  const described = message("T", int16(columns.length), ...columns);
  const rows = row ? [message("D", int16(values.length), ...values)] : [];
  return Buffer.concat([described, ...rows, message("C", Buffer.from(`SELECT ${rows.length}\0`))]);
}

function oidOf(value: FakeRow[string]): number {
  return OIDS[typeof value as keyof typeof OIDS];
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + LENGTH_BYTES), body]);
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}
