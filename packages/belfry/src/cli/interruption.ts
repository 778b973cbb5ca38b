import { setTimeout as passTime } from "node:timers/promises";

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process as ever. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** Lets real time pass; over at once when the signal aborts. */
export async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  await passTime(ms, undefined, { signal }).catch(() => undefined);
}
