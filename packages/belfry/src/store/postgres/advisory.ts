import { createHash } from "node:crypto";

/** What advisory locks of Belfry's are for; each is a class of its own, for each schema. */
export type LockPurpose = "worker" | "exclusive" | "move";

/** The first of the two numbers of an advisory lock; positive, so that `pg_locks` shows it as it is. */
export function lockClass(schema: string, purpose: LockPurpose): number {
  const digest = createHash("sha256").update(`belfry ${purpose} ${schema}`).digest();
  return digest.readUInt32BE(0) >>> 1;
}
