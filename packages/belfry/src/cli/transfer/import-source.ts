import { open } from "node:fs/promises";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";

/** What is imported from. */
export interface ImportSource {
  chunks: AsyncIterable<Uint8Array>;
  /** Undefined for a pipe. */
  totalBytes: number | undefined;
}

/**
 * Opens the file, or standard input.
 *
 * @throws CommandFailure if it cannot be read
 */
export async function openImportSource(
  path: string | undefined,
  { stdin }: Pick<CliContext, "stdin">,
): Promise<ImportSource> {
  if (path !== undefined && path !== "-") return openFile(path);
  if (stdin && (path === "-" || !stdin.isTTY)) return { chunks: stdin, totalBytes: undefined };
  throw usageFailure("say what to import: a file, or - for standard input");
}

async function openFile(path: string): Promise<ImportSource> {
  try {
    const file = await open(path, "r");
    const stat = await file.stat();
    if (stat.isDirectory()) {
      await file.close();
      throw new Error(`${path} is a folder`);
    }
    // Closes the file at its end, and when nobody wants more.
    return { chunks: file.createReadStream(), totalBytes: stat.isFile() ? stat.size : undefined };
  } catch (error) {
    throw usageFailure(`the file cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
