import { closeSync, openSync } from "node:fs";

/**
 * Makes an empty file for its owner alone where there is none: the database holds secrets, and SQLite
 * gives its journals the mode of the database. A file that is there is not even opened, because closing it
 * again would drop the locks that this process holds on it (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export function makePrivateFile(path: string): void {
  if (path === ":memory:") return;
  try {
    closeSync(openSync(path, "wx", 0o600));
  } catch {
    // It is there already, or SQLite will say why it cannot be.
  }
}
