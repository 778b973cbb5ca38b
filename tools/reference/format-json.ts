import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const BIOME = join(ROOT, "node_modules/.bin/biome");

/** JSON as the checkout's formatter wants it: the linter looks at the written file too. */
export function formatJson(name: string, value: unknown): string {
  return execFileSync(BIOME, ["format", `--stdin-file-path=${name}`], {
    cwd: ROOT,
    input: JSON.stringify(value, null, 2),
    encoding: "utf8",
  });
}
