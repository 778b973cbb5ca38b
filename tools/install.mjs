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
  const result = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (result.status !== 0) {
    process.stderr.write("Cannot install the dependencies: `npm ci` failed; its message is above.\n");
    process.exit(result.status ?? 1);
  }
}
