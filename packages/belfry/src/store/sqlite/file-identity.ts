import { statSync } from "node:fs";

/** Tells a file from any other that has its name; null if there is none, or none to be seen. */
export function identityOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev} ${ino}`;
  } catch {
    return null;
  }
}
