import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A user of this machine, as `spawn` takes one. */
export interface ServerUser {
  name: string;
  uid: number;
  gid: number;
}

const OTHERS_MAY_PASS = 0o001;

/** Whom the server runs as; null if as ourselves. PostgreSQL refuses to run as root. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const users = readFileSync("/etc/passwd", "utf8").split("\n").flatMap(parseUser);
  const named = (name: string): ServerUser | undefined => users.find((user) => user.name === name);
  const user = named("postgres") ?? named("nobody") ?? users.find(({ uid }) => uid !== 0);
  if (!user) throw new Error("Cannot run PostgreSQL: it refuses root, and there is no other user");
  return user;
}

/** Whether any user gets as far as this file or folder; how far others get decides. */
export function isOpenToOthers(path: string): boolean {
  for (let one = path; ; one = dirname(one)) {
    if ((statSync(one).mode & OTHERS_MAY_PASS) === 0) return false;
    if (one === dirname(one)) return true;
  }
}

function parseUser(line: string): ServerUser[] {
  const [name = "", , uid = "", gid = ""] = line.split(":");
  return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
}
