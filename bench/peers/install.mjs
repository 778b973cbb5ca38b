// Installs the peers below node_modules, apart from what the workspace's lock file names: by the lock file of
// `install/`, whole or not at all. `npm run bench:peers` runs it first.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { peersFolder, peersSource } from "./peers-folder.mjs";

if (!existsSync(peersFolder())) install(peersFolder());

/** Scripts of packages are not run: none of them needs one. */
function install(folder) {
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(join(dirname(folder), "draft-"));
  try {
    for (const name of ["package.json", "package-lock.json"])
      copyFileSync(join(peersSource, name), join(draft, name));
    const quietly = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const stdio = ["ignore", "ignore", "inherit"];
    const { status } = spawnSync("npm", ["ci", ...quietly], { cwd: draft, stdio });
    if (status === 0) return putInPlace(draft, folder);
    process.stderr.write("Cannot install the peers: npm failed; its message is above.\n");
    process.exitCode = 1;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function putInPlace(draft, folder) {
  try {
    renameSync(draft, folder);
  } catch (error) {
    // Another run was faster.
    if (!existsSync(folder)) throw error;
  }
}
