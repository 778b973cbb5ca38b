import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));

/** The root of the product's source. */
export const SOURCE = join(ROOT, "packages/belfry/src");

export interface SourceFile {
  /** From the root that was walked, with slashes. */
  path: string;
  text: string;
  /** What it imports of the same root, with slashes; libraries are left out. */
  imports: { path: string; isTypeOnly: boolean }[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?[^;'"]*?from\s+["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']/g;

/** Every TypeScript file under a folder, in order. */
export function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|tsx|mjs|js)$/.test(path) && !path.includes("node_modules"))
    .sort()
    .map((path) => {
      const text = readFileSync(join(root, path), "utf8");
      return { path: path.split(sep).join("/"), text, imports: importsOf(root, path, text) };
    });
}

function importsOf(root: string, path: string, text: string): SourceFile["imports"] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    path: relative(root, join(root, dirname(path), match[2] ?? match[3] ?? ""))
      .split(sep)
      .join("/"),
    isTypeOnly: match[1] !== undefined,
  }));
}
