/** What the server makes of what it was asked on a connection. */
export type Standing = "at work" | "silent" | "unknown";

export interface SilenceWatchOptions {
  /** How long nothing may come from the server that was asked something, before that is looked into; in ms. */
  silentAfterMs: number;
  /** Bytes that have come from it and gone to it so far. */
  traffic: () => { bytesRead: number; bytesWritten: number };
  /** Asks the server itself, by another way. Never rejects. */
  standing: () => Promise<Standing>;
  /** No answer will come; since when it is missed, by `performance.now()`. */
  onSilent: (sinceMs: number) => void;
}

/** If nobody can tell, it is waited for as long as the server lets a statement run, and a little. */
const UNKNOWN_FOR_MS = 65_000;
/** What is still on its way there keeps an answer from coming: so slow (0.8 Mbit/s) a line is not taken for silent. */
const SLOWEST_BYTES_PER_MS = 100;

/**
 * Finds out that a connection is dead of which nobody was told: its host is gone, or something between has
 * forgotten it. An answer that is long in coming is no proof, since a statement may take long, and wait for others;
 * so the server is asked whether it is at work on it.
 */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions;
  /** Answers that are waited for. */
  #waiting = 0;
  /** Of one time of waiting, so that what is found out about it does not hit the next. */
  #turn = 0;
  #askedAtMs = 0;
  #heardAtMs = 0;
  /** When the server last said that it is at work. */
  #assuredAtMs = 0;
  #bytesRead = 0;
  #bytesWritten = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SilenceWatchOptions) {
    this.#options = options;
  }

  /** Something is about to be asked. */
  begin(): void {
    if (this.#waiting++ > 0) return;
    const { traffic, silentAfterMs } = this.#options;
    this.#turn += 1;
    ({ bytesRead: this.#bytesRead, bytesWritten: this.#bytesWritten } = traffic());
    this.#askedAtMs = this.#heardAtMs = this.#assuredAtMs = performance.now();
    this.#lookIn(silentAfterMs);
  }

  /** It was answered, or will not be. */
  end(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    // The connection itself keeps the process alive.
    this.#timer = setTimeout(() => this.#look(), ms).unref();
  }

  #look(): void {
    const { silentAfterMs, traffic } = this.#options;
    this.#listen();
    const sentBytes = traffic().bytesWritten - this.#bytesWritten;
    const allowedMs = silentAfterMs + sentBytes / SLOWEST_BYTES_PER_MS;
    const leftMs = this.#heardAtMs + allowedMs - performance.now();
    if (leftMs > 1) this.#lookIn(leftMs);
    else void this.#inquire();
  }

  /** Whether something has come since it was last listened. */
  #listen(): boolean {
    const { bytesRead } = this.#options.traffic();
    if (bytesRead === this.#bytesRead) return false;
    this.#bytesRead = bytesRead;
    this.#heardAtMs = performance.now();
    return true;
  }

  async #inquire(): Promise<void> {
    const { onSilent, silentAfterMs, standing } = this.#options;
    const turn = this.#turn;
    const found = await standing();
    if (turn !== this.#turn || this.#waiting === 0) return;
    const hasSpoken = this.#listen();
    if (hasSpoken || found === "at work") this.#assuredAtMs = performance.now();
    const isUnknownForLong = performance.now() - this.#assuredAtMs > UNKNOWN_FOR_MS;
    if (!hasSpoken && (found === "silent" || isUnknownForLong)) onSilent(this.#askedAtMs);
    else this.#lookIn(silentAfterMs);
  }
}
