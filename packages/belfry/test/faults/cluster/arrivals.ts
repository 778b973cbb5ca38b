import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { listen, type Receiver } from "../../receivers/receiver.ts";
import type { SeededRandom } from "../seeded-random.ts";

/** One webhook as it came in. */
export interface Arrival {
  /** The `webhook-id`: the delivery. */
  id: string;
  /** What it says. */
  text: string;
  /** When it was due, in ms since the epoch, as it says. */
  dueMs: number;
  atMs: number;
}

/** How the receiver answers one request. */
export interface Reply {
  status: number;
  delayMs: number;
}

/** Most are taken, after a moment; some are refused for now, and are to be sent again. */
export function moodyReply(random: SeededRandom): () => Reply {
  return () => ({ status: random.next() < 0.03 ? 500 : 204, delayMs: random.between(0, 100) });
}

/** Takes webhooks, answers as told, and keeps what came and when. */
export class Arrivals implements AsyncDisposable {
  readonly all: Arrival[] = [];
  reply: (arrival: Arrival) => Reply = () => ({ status: 204, delayMs: 0 });
  readonly #receiver: Receiver;

  private constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  static async start(): Promise<Arrivals> {
    let take = (_request: IncomingMessage, response: ServerResponse): void => void response.end();
    const receiver = await listen(createServer((request, response) => take(request, response)));
    const arrivals = new Arrivals(receiver);
    take = (request, response) => void arrivals.#take(request, response);
    return arrivals;
  }

  get url(): string {
    return this.#receiver.url;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#receiver.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const atMs = Date.now();
    const body = JSON.parse(await text(request)) as { message: string; timestamp: string };
    const id = String(request.headers["webhook-id"]);
    const arrival = { id, text: body.message, dueMs: Date.parse(body.timestamp), atMs };
    this.all.push(arrival);
    const { status, delayMs } = this.reply(arrival);
    const answer = (): void => void response.writeHead(status).end();
    if (delayMs === 0) answer();
    else setTimeout(answer, delayMs);
  }
}
