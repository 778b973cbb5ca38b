import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FILLING = Buffer.alloc(4_096);

/** Why no disk can be mounted here; null if one can. */
export function whyNoDisk(): string | null {
  try {
    new SmallDisk("64k")[Symbol.dispose]();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** A real filesystem, small enough to be filled. */
export class SmallDisk implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "belfry-disk-"));
  readonly #unmount = (): void => void run("umount", "--lazy", this.folder);

  /** @param size as `mount` reads it: `8m` */
  constructor(size: string) {
    const refusal = run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", this.folder);
    if (refusal !== null) {
      rmdirSync(this.folder);
      throw new Error(`a disk cannot be mounted here: ${refusal}`);
    }
    process.once("exit", this.#unmount);
  }

  /** Leaves no byte. */
  fill(): void {
    const file = openSync(this.#filler, "a");
    try {
      for (;;) writeSync(file, FILLING);
    } catch {
      // Full.
    } finally {
      closeSync(file);
    }
  }

  makeRoom(): void {
    rmSync(this.#filler);
  }

  /** Read-only, or to be written again. */
  remount(mode: "ro" | "rw"): void {
    const refusal = run("mount", "-o", `remount,${mode}`, this.folder);
    if (refusal !== null) throw new Error(`Cannot remount the disk: ${refusal}`);
  }

  [Symbol.dispose](): void {
    process.off("exit", this.#unmount);
    this.#unmount();
    rmdirSync(this.folder);
  }

  get #filler(): string {
    return join(this.folder, "filler");
  }
}

/** Runs a command; what it complains of, or null if all is well. */
function run(command: string, ...args: string[]): string | null {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  return status === 0 ? null : (error?.message ?? stderr.trim());
}
