import type { Caller, Callers } from "../../access/callers.ts";
import type { Clock, Timer } from "../../engine/clock.ts";

/** So often it is asked whether another process has revoked a key. */
const ASKED_EVERY_MS = 3_000;

export interface AdmissionOptions {
  caller: Caller;
  callers: Pick<Callers, "watch">;
  clock: Clock;
  /** Whether the caller may still read, by what the store has said in the last so many ms. */
  isAllowed: (knownForMs: number) => Promise<boolean>;
}

/**
 * Watches whether a caller may go on: ends when its key is revoked, in this process at once and elsewhere
 * within seconds, when it expires, and when nobody can be asked. Returns a function that ends the watch.
 */
export function watchAdmission(options: AdmissionOptions, end: () => void): () => void {
  const { caller, callers, clock, isAllowed } = options;
  const { key, tenant } = caller;
  let isOver = false;
  let timer: Timer | undefined;
  const stop = (): void => {
    isOver = true;
    timer?.cancel();
    stopWatching();
  };
  const check = async (): Promise<void> => {
    timer?.cancel();
    const mayGoOn = await isAllowed(ASKED_EVERY_MS).catch(() => false);
    if (isOver) return;
    if (mayGoOn) return arm();
    stop();
    end();
  };
  const arm = (): void => {
    timer?.cancel();
    const nextMs = clock.now() + ASKED_EVERY_MS;
    timer = clock.at(Math.min(nextMs, key.expiresAtMs ?? nextMs), () => void check());
  };
  const stopWatching = callers.watch((tenantId, keyId) => {
    if (tenantId === tenant.id && (keyId === undefined || keyId === key.id)) void check();
  });
  arm();
  return stop;
}
