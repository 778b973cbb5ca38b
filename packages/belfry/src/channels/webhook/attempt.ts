import type { Dispatcher } from "undici";
import type { ShortageError } from "../../domain/errors.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { outcomeOfAnswer } from "./answer-outcome.ts";
import { outcomeOfError, shortageOf } from "./error-outcome.ts";
import { KEPT_BYTES, KeptBody } from "./kept-body.ts";

/** How much of a body is read to the end to keep the connection, in bytes; a longer one is cut off. */
const DRAINED_BYTES = 65_536;

export interface AttemptOptions {
  /** `host:port` for messages. */
  destination: string;
  /** Aborted when the process must end. */
  signal: AbortSignal;
  /** Asked once there is a connection: whether it may still go out. */
  mayLeave(): boolean;
  /** When it must be over, in ms of performance.now(). */
  deadline: number;
  /** The injected clock, in ms since the epoch. */
  now(): number;
  /** Takes the outcome, null if it might not go out; called once, unless `fail` is. */
  settle(outcome: Outcome | null): void;
  /** Told that this machine lacks what it takes: nothing was sent. */
  fail(shortage: ShortageError): void;
  /** Called once when nothing more can come: the connection is free again or cut. */
  end(attempt: Attempt): void;
}

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler["onResponseStart"]>>[2];

/**
 * One request from its start to its outcome. The outcome is told as soon as it is sure; what is left
 * of the body is then read only to keep the connection.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly options: AttemptOptions;
  /** Its neighbours among those in flight. */
  older: Attempt | undefined;
  newer: Attempt | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: Headers = {};
  #body: KeptBody | undefined;
  #received = 0;
  #settled = false;
  #ended = false;

  constructor(options: AttemptOptions) {
    this.options = options;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // It waited too long for a connection and its outcome is told: it must not go out any more. An
    // error thrown here takes it out of undici's queue and spares the connection; abort() would not.
    if (this.#ended) throw new Error("Cannot start the request: its attempt is over");
    if (!this.options.mayLeave()) {
      this.#keepBack();
      throw new Error("Cannot start the request: it must not leave any more");
    }
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // Interim answers, such as 103, say nothing yet.
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#received += chunk.length;
    if (!this.#settled) this.#keep(chunk);
    if (this.#received > DRAINED_BYTES) controller.abort(new Error("the body is too long"));
  }

  onResponseEnd(): void {
    this.#settle(undefined);
    this.#end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const shortage = shortageOf(this.options.destination, error);
    if (shortage && !this.#settled) this.options.fail(shortage);
    else this.#settle(() => outcomeOfError(this.options.destination, error));
    this.#end();
  }

  /** Ends it at once, whatever the other side does; an answer that has begun still counts. */
  cut(reason: string): void {
    this.#settle(() => ({
      kind: "retryable",
      error: `Cannot post to ${this.options.destination}: ${reason}`,
    }));
    this.#end();
    this.#controller?.abort(new Error(reason));
  }

  #keepBack(): void {
    this.#settled = true;
    this.options.settle(null);
    this.#end();
  }

  #keep(chunk: Buffer): void {
    // Text that is packed cannot be read, and unpacking is no business of a story.
    if (this.#headers["content-encoding"] === undefined) {
      this.#body ??= new KeptBody();
      this.#body.add(chunk);
    }
    if (this.#received >= KEPT_BYTES) this.#settle(undefined);
  }

  /** An answer whose status arrived decides, whatever happens to its body. */
  #settle(withoutAnswer: (() => Outcome) | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    const { settle } = this.options;
    settle(this.#status === 0 && withoutAnswer ? withoutAnswer() : this.#answered());
  }

  #answered(): Outcome {
    const { destination, now } = this.options;
    const body = this.#body?.text();
    return outcomeOfAnswer({ destination, status: this.#status, headers: this.#headers, body, nowMs: now() });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.options.end(this);
  }
}
