import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type FrontendMessage, FrontendReader } from "./frontend-messages.ts";

/** When a connection is cut that commits: before the server hears of it, or when it has done it. */
export type CutMoment = "before" | "after";

/** Asked of each commit; null lets it pass. */
export type CutChoice = (message: FrontendMessage) => CutMoment | null;

/** ReadyForQuery, outside of a transaction: all that was asked for is done. */
const DONE = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

interface Link {
  client: Socket;
  server: Socket;
  reader: FrontendReader;
  /** Whether the client is to be cut off once the server has answered. */
  isDoomed: boolean;
}

/** Stands between a process and its database, and cuts, refuses or swallows. */
export class DatabaseProxy implements AsyncDisposable {
  /** How many connections it has cut at a commit. */
  readonly cuts = { before: 0, after: 0 };
  readonly #databasePort: number;
  readonly #links = new Set<Link>();
  /** Connections to the server whose clients are gone. */
  readonly #orphans = new Set<Socket>();
  /** Both ends of connections on which nothing passes any more. */
  readonly #hanging = new Set<Socket>();
  readonly #server = createServer((client) => this.#link(client));
  #choose: CutChoice = () => null;
  #isDown = false;
  #isBlack = false;

  private constructor(databasePort: number) {
    this.#databasePort = databasePort;
  }

  /** @param databasePort of 127.0.0.1 */
  static async start(databasePort: number): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(databasePort);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The same database through this proxy. */
  through(databaseUrl: string): string {
    const url = new URL(databaseUrl);
    url.port = String(this.port);
    return url.href;
  }

  /** Cuts every connection on both sides; new ones are taken. */
  cutAll(): void {
    for (const link of this.#links) this.#cut(link);
  }

  /** Cuts every connection, and each new one, until it is up again. */
  goDown(): void {
    this.#isDown = true;
    this.cutAll();
  }

  comeUp(): void {
    this.#isDown = false;
  }

  /** From now on nothing passes, in either direction, and nobody is told. */
  goBlack(): void {
    this.#isBlack = true;
    for (const { client, server } of this.#links) for (const socket of [client, server]) socket.pause();
  }

  /** What was held up passes. */
  comeBack(): void {
    this.#isBlack = false;
    for (const { client, server } of this.#links) for (const socket of [client, server]) socket.resume();
  }

  /** Nothing passes any more on the connections that there are, and nobody is told; new ones pass. */
  leaveHanging(): void {
    for (const link of this.#links) {
      this.#links.delete(link);
      for (const socket of [link.client, link.server]) this.#hanging.add(socket.pause());
    }
  }

  /** Cuts the clients off, while the server goes on as if they were there. */
  abandon(): void {
    for (const link of this.#links) {
      this.#links.delete(link);
      this.#orphans.add(link.server);
      link.client.destroy();
      link.server.removeAllListeners("data").resume();
    }
  }

  /** Asks at each commit from now on whether to cut its connection. */
  cutWhere(choose: CutChoice): void {
    this.#choose = choose;
  }

  /** Cuts the next connection that does this, once. */
  cutNext(isMeant: (message: FrontendMessage) => boolean, moment: CutMoment): void {
    this.#choose = (message) => {
      if (!isMeant(message)) return null;
      this.#choose = () => null;
      return moment;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goDown();
    for (const socket of [...this.#orphans, ...this.#hanging]) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #link(client: Socket): void {
    client.on("error", () => {});
    if (this.#isDown) {
      client.destroy();
      return;
    }
    const server = connect(this.#databasePort, "127.0.0.1");
    const link: Link = { client, server, reader: new FrontendReader(), isDoomed: false };
    this.#links.add(link);
    for (const socket of [client, server]) socket.setNoDelay(true).on("error", () => this.#cut(link));
    client.on("data", (piece) => this.#fromClient(link, piece));
    server.on("data", (piece) => this.#fromServer(link, piece));
    client.on("end", () => server.end());
    server.on("end", () => client.end());
    client.on("close", () => this.#forget(link));
    server.on("close", () => this.#forget(link));
    if (this.#isBlack) for (const socket of [client, server]) socket.pause();
  }

  #fromClient(link: Link, piece: Buffer): void {
    for (const message of link.reader.read(piece)) {
      const moment = link.isDoomed ? null : this.#choose(message);
      if (moment === null) continue;
      this.cuts[moment] += 1;
      link.isDoomed = true;
      if (moment === "before") this.#cut(link);
    }
    if (this.#links.has(link)) link.server.write(piece);
  }

  #fromServer(link: Link, piece: Buffer): void {
    if (!link.isDoomed) link.client.write(piece);
    else if (piece.subarray(-DONE.length).equals(DONE)) this.#cut(link);
  }

  #cut(link: Link): void {
    if (!this.#links.delete(link)) return;
    link.client.destroy();
    link.server.destroy();
  }

  #forget(link: Link): void {
    if (this.#isBlack) return;
    this.#cut(link);
  }
}
