import { type ChildProcess, type ForkOptions, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endWithUs } from "../../ending.ts";
import type { Answer } from "./calls.ts";

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** A process of the harness, which answers calls. */
export class Child {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  /** Resolves once it is ready. */
  static async start(
    script: string,
    args: readonly string[] = [],
    options: ForkOptions = {},
  ): Promise<Child> {
    const path = fileURLToPath(new URL(script, import.meta.url));
    const child = new Child(fork(path, args, { serialization: "advanced", ...options }));
    await child.#answerOf(0, script);
    return child;
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    endWithUs(child);
    child.on("message", (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if ("error" in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.result);
    });
    child.once("exit", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Cannot measure: a process ended"));
    });
  }

  async call<Result>(what: string, argument?: unknown): Promise<Result> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = this.#answerOf<Result>(id, what);
    this.#child.send({ id, what, argument });
    return answer;
  }

  /** The most memory that it has used so far, in bytes. */
  peakBytes(): number {
    return peakBytesOf(this.#child.pid ?? 0);
  }

  /** Resolves once it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void> {
    return killed(this.#child, signal);
  }

  #answerOf<Result>(id: number, what: string): Promise<Result> {
    if (this.#child.exitCode !== null) throw new Error(`Cannot ask for ${what}: the process has ended`);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }
}

/** Kills a process; resolves once it is gone. */
export async function killed(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

/** /proc/<pid>/status counts in KiB. */
export function peakBytesOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) * 1_024;
}
