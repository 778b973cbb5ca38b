import { constants } from "node:fs";
import { access, readdir, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Finding } from "../domain/finding.ts";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
const OPEN_TO_OTHERS = 0o077;

/** What is to be said of a data folder: whether it is there, can be written, is private, and has room. */
export async function inspectDataFolder(path: string): Promise<Finding[]> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry)
    return [{ check: "data", status: "ok", text: `${path} is not there yet; the first start makes it` }];
  if (!entry.isDirectory()) {
    const mend = "name a folder in BELFRY_DATA";
    return [{ check: "data", status: "fail", text: `${path} is no folder`, mend }];
  }
  const { bavail, bsize } = await statfs(path);
  return [await writableFinding(path), ...(await modeFindings(path)), spaceFinding(path, bavail * bsize)];
}

async function writableFinding(path: string): Promise<Finding> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { check: "data", status: "ok", text: `${path} can be read and written` };
  } catch {
    const text = `${path} cannot be read and written by this user`;
    const mend = "run as the user who owns it, or give it to this one with `chown -R`";
    return { check: "data", status: "fail", text, mend };
  }
}

/** The folder keeps keys and secrets. */
async function modeFindings(path: string): Promise<Finding[]> {
  if (process.platform === "win32") return [];
  const names = await readdir(path).catch(() => []);
  const findings: Finding[] = [];
  for (const place of [path, ...names.map((name) => join(path, name))]) {
    const entry = await stat(place).catch(() => undefined);
    if (!entry || (entry.mode & OPEN_TO_OTHERS) === 0) continue;
    const mode = (entry.mode & 0o777).toString(8);
    const text = `${place} is open to other users of this machine (mode ${mode})`;
    findings.push({ check: "privacy", status: "warn", text, mend: `chmod go= ${place}` });
  }
  if (findings.length > 0) return findings;
  return [{ check: "privacy", status: "ok", text: "folder and files are closed to other users" }];
}

/** Without room nothing can be accepted, and SQLite needs some to clear up. */
export function spaceFinding(path: string, freeBytes: number): Finding {
  const text = `${amount(freeBytes)} free on the disk of ${path}`;
  const mend =
    "make room, or move the folder and name it in BELFRY_DATA; BELFRY_RETENTION shortens the history";
  if (freeBytes >= GIB) return { check: "disk", status: "ok", text };
  return { check: "disk", status: freeBytes >= 100 * MIB ? "warn" : "fail", text, mend };
}

function amount(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}
