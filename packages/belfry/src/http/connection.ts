import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { answerClientError } from "./client-error.ts";

/** Requests of one connection that are worked on at once: until their answers have been taken. */
const MOST_WORKED_ON = 4;
/** With so many waiting behind them, no more are read; one read may bring far more than that. */
const MOST_WAITING = 16;
/** More than this in one read are shorter than any that bears a key: a flood. */
const FLOOD = 1_000;

/** A request and what answers it. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * One connection of a caller, who may send requests without waiting for the answers. Only a few are worked on
 * at once, and none once it is gone: else whoever takes no answers would fill the memory with them.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #work: (exchange: Exchange) => void;
  readonly #workedOn = new Map<ServerResponse, Exchange>();
  #waiting: Exchange[] = [];
  #isPaused = false;
  #isLast = false;
  #goesOn = false;
  #failure: { error: Error; isBodyCut: boolean } | undefined;

  constructor(socket: Socket, work: (exchange: Exchange) => void) {
    this.#socket = socket;
    this.#work = work;
    socket.once("end", () => this.#endStreams());
    socket.once("close", () => {
      this.#waiting = [];
      this.#workedOn.clear();
    });
  }

  /** Works on a request, now or once there is room. */
  take(exchange: Exchange): void {
    if (this.#isLast && this.#workedOn.size > 0) return;
    if (this.#hasRoom() && this.#waiting.length === 0) this.#begin(exchange);
    else this.#waiting.push(exchange);
    if (this.#waiting.length < MOST_WAITING) return;
    this.#isPaused = true;
    this.#socket.pause();
    if (this.#waiting.length > FLOOD) this.#socket.destroy();
  }

  /** Answers what it has begun, and ends then. */
  makeLast(): void {
    this.#isLast = true;
    this.#waiting = [];
    const last = [...this.#workedOn.keys()].at(-1);
    if (last && !last.headersSent) last.setHeader("connection", "close");
  }

  /** What came cannot be read on from here: told behind the answers to what came before. */
  fail(error: Error): void {
    const newest = this.#waiting.at(-1) ?? [...this.#workedOn.values()].at(-1);
    const isBodyCut = newest?.request.complete === false;
    if (isBodyCut && this.#waiting.length > 0) this.#waiting.pop();
    this.#failure ??= { error, isBodyCut };
    this.#tellFailure();
  }

  #begin(exchange: Exchange): void {
    const { response } = exchange;
    this.#workedOn.set(response, exchange);
    response.once("close", () => this.#end(response));
    if (this.#isLast) response.setHeader("connection", "close");
    this.#work(exchange);
  }

  #end(response: ServerResponse): void {
    if (!this.#workedOn.delete(response)) return;
    if (this.#isLast && this.#workedOn.size === 0) this.#socket.destroySoon();
    else if (this.#failure) this.#tellFailure();
    if (this.#waiting.length === 0 || this.#goesOn) return;
    this.#goesOn = true;
    // Other connections have their turn in between.
    setImmediate(() => this.#goOn());
  }

  #goOn(): void {
    this.#goesOn = false;
    while (this.#hasRoom()) {
      const next = this.#waiting.shift();
      if (!next) break;
      this.#begin(next);
    }
    if (!this.#isPaused || this.#waiting.length >= MOST_WAITING) return;
    this.#isPaused = false;
    this.#socket.resume();
  }

  #hasRoom(): boolean {
    return this.#workedOn.size < MOST_WORKED_ON;
  }

  /** A request whose body was cut off is not waited for: it never comes to its end. */
  #tellFailure(): void {
    const others = [...this.#workedOn.values()].filter(({ request }) => request.complete);
    if (!this.#failure || this.#waiting.length > 0 || others.length > 0) return;
    const { error, isBodyCut } = this.#failure;
    answerClientError(error, this.#socket, isBodyCut);
  }

  /** Who will send no more may still read an answer; but what has no end would not notice that nobody does. */
  #endStreams(): void {
    const responses = [...this.#workedOn.keys()];
    if (responses.some((response) => response.headersSent && !response.writableEnded)) this.#socket.destroy();
  }
}
