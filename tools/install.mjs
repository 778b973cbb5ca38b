// Installs the locked dependencies when they are missing or older than the lock file, so that
// `npm start` and `npm test` work on a fresh clone. It must run on whatever Node the machine has:
// the pinned Node arrives with this very install.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const marker = `${root}node_modules/.package-lock.json`;
const lock = `${root}package-lock.json`;

const isCurrent = existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs;
if (!isCurrent) {
  // `npm ci` wants every optional package of every platform in the lock file, which a registry may not
  // have; `npm install --no-save` installs the same locked versions and leaves the lock file as it is.
  const status = run(["ci"], "ignore") === 0 ? 0 : run(["install", "--no-save"], "inherit");
  if (status !== 0) {
    process.stderr.write("Cannot install the dependencies: npm failed; its message is above.\n");
    process.exit(status ?? 1);
  }
}

/** Runs npm; resolves with its exit code. */
function run(command, errors) {
  const args = [...command, "--no-audit", "--no-fund", "--loglevel=error"];
  return spawnSync("npm", args, { cwd: root, stdio: ["ignore", "ignore", errors] }).status;
}
