// `npm run build`: makes packages/belfry/dist, the JavaScript and the types that are published. File by
// file the new takes the place of the old, so whoever runs it meanwhile finds each file whole.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = join(ROOT, "packages/belfry");
const DIST = join(PACKAGE, "dist");

/** tsc rewrites the imports of JavaScript alone. */
const TS_IMPORT = /((?:from |import\()"\.[^"]*)\.ts"/g;

// Beside dist, since a file is renamed only within its file system.
const fresh = mkdtempSync(join(PACKAGE, ".build-"));
try {
  process.exitCode = compile(fresh);
  if (process.exitCode === 0) replaceDist(fresh);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function compile(folder: string): number {
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  const args = ["-p", join(PACKAGE, "tsconfig.build.json"), "--outDir", folder];
  return spawnSync(tsc, args, { stdio: "inherit" }).status ?? 1;
}

function replaceDist(folder: string): void {
  const files = filesOf(folder);
  for (const file of files) {
    const path = join(folder, file);
    if (file.endsWith(".d.ts")) writeFileSync(path, readFileSync(path, "utf8").replace(TS_IMPORT, '$1.js"'));
    mkdirSync(dirname(join(DIST, file)), { recursive: true });
    renameSync(path, join(DIST, file));
  }
  const kept = new Set(files);
  for (const file of filesOf(DIST)) if (!kept.has(file)) rmSync(join(DIST, file), { force: true });
}

/** Paths from the folder on; none if it is not there. */
function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}
