// Finds the binaries of a PostgreSQL server to test with. It must run on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { npmPackage } from "./npm-package.mjs";

const OLDEST = 14;
const DEBIAN = "/usr/lib/postgresql";

/** Names the binaries to take: `system`, `npm`, or their folder. Unset: the system's, else those of npm. */
export const CHOICE = "BELFRY_TEST_POSTGRES";

/** The folder of the binaries and what they are; null if there are none that are new enough. */
export function findServerBinaries({ env = process.env, debian = DEBIAN } = {}) {
  const choice = env[CHOICE] ?? "";
  for (const [origin, folder] of candidates(choice, { env, debian })) {
    const version = versionIn(folder);
    const major = Number.parseInt(version, 10);
    if (major >= OLDEST) return { folder, version, major, origin };
  }
  return null;
}

function* candidates(choice, { env, debian }) {
  if (choice !== "" && choice !== "system" && choice !== "npm") yield ["chosen", choice];
  if (choice === "" || choice === "system")
    for (const folder of systemFolders({ env, debian })) yield ["system", folder];
  if (choice === "" || choice === "npm") yield ["npm", npmPackage()?.binaries ?? ""];
}

function* systemFolders({ env, debian }) {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const binary = join(folder, "postgres");
    // A link leads to where `initdb` is, too.
    if (folder !== "" && existsSync(binary)) yield dirname(realpathSync(binary));
  }
  const configured = spawnSync("pg_config", ["--bindir"], { encoding: "utf8", env });
  if (configured.status === 0) yield configured.stdout.trim();
  yield* debianFolders(debian);
}

/** Debian keeps one folder for each major version; newest first. */
function debianFolders(debian) {
  const versions = existsSync(debian) ? readdirSync(debian).filter((name) => /^\d+$/.test(name)) : [];
  return versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, "bin"));
}

/** `15.18`; empty if the folder does not hold a server that runs here. */
function versionIn(folder) {
  if (folder === "" || !existsSync(join(folder, "initdb"))) return "";
  const { status, stdout } = spawnSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return (status === 0 && /\(PostgreSQL\) (\d\S*)/.exec(stdout)?.[1]) || "";
}
