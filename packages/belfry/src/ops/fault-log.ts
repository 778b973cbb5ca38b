import { BelfryError } from "../domain/errors.ts";
import type { Logger } from "./log.ts";

/** How long faults of a kind are gathered before the next line tells of them. */
const GATHERED_MS = 1_000;

/** Kinds that are told apart; what goes beyond is gathered together. */
const MOST_KINDS = 20;

/** Where faults of Belfry itself are told. */
export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
  /** Tells what is still gathered. */
  close(): void;
}

export interface FaultLogOptions {
  log: Pick<Logger, "error">;
  clock: { now(): number; at(atMs: number, ring: () => void): { cancel(): void } };
}

/** What was told of lately, and what has come since. */
interface Gathering {
  alike: number;
  tellLast: (alike: number) => void;
  timer: { cancel(): void };
}

/**
 * Tells of faults without flooding the log, which may lie on the very disk that is full: the first of a
 * kind at once, then one line a second with the last of them, and in `alike` how many there were. A fault
 * that nobody has foreseen is told for every request that it hits, since its caller is referred to the log.
 */
export function createFaultLog({ log, clock }: FaultLogOptions): FaultLog {
  const gathered = new Map<string, Gathering>();

  const gather = (kind: string): void => {
    const timer = clock.at(clock.now() + GATHERED_MS, () => end(kind));
    gathered.set(kind, { alike: 0, tellLast: () => {}, timer });
  };
  const end = (kind: string): void => {
    const { alike, tellLast, timer } = gathered.get(kind) as Gathering;
    timer.cancel();
    gathered.delete(kind);
    if (alike === 0) return;
    tellLast(alike);
    gather(kind);
  };

  return {
    error: (fields, message) => {
      const isReferredTo = fields.requestId !== undefined && !(fields.err instanceof BelfryError);
      if (isReferredTo) return log.error(fields, message);
      const kind = kindOf(fields.err, message);
      const known = gathered.get(kind) ?? (gathered.size >= MOST_KINDS ? gathered.get(OTHERS) : undefined);
      if (known) {
        known.alike += 1;
        known.tellLast = (alike) => log.error({ ...fields, alike }, message);
        return;
      }
      log.error(fields, message);
      gather(gathered.size >= MOST_KINDS ? OTHERS : kind);
    },
    close: () => {
      for (const { alike, tellLast, timer } of gathered.values()) {
        timer.cancel();
        if (alike > 0) tellLast(alike);
      }
      gathered.clear();
    },
  };
}

const OTHERS = "";

/** What went wrong, not what it kept from being done: a full disk keeps everything. */
function kindOf(error: unknown, message: string): string {
  if (error instanceof BelfryError) return error.code;
  return error instanceof Error ? `${error.name}: ${error.message}` : `${message}: ${String(error)}`;
}
