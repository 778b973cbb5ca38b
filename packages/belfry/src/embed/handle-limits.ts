import { readFileSync } from "node:fs";

/** Handles that the process needs for itself: its files, its log, look-ups of names. */
const OWN_HANDLES = 48;
const LEAST_CONNECTIONS = 4;

/** How many connections may be open at once; undefined where the system sets no limit, or does not tell. */
export interface ConnectionLimits {
  /** Of callers. */
  incoming: number | undefined;
  /** To where messages go. */
  outgoing: number | undefined;
}

/** Shares the handles that the system grants, so that callers cannot keep messages from going out, nor the reverse. */
export function connectionLimits(): ConnectionLimits {
  return shareHandles(readLimits());
}

/** @param limits the text of Linux's /proc/self/limits, see proc_pid_limits(5) */
export function shareHandles(limits: string): ConnectionLimits {
  const handles = Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1]);
  if (!Number.isInteger(handles)) return { incoming: undefined, outgoing: undefined };
  const half = Math.max(LEAST_CONNECTIONS, Math.floor((handles - OWN_HANDLES) / 2));
  return { incoming: half, outgoing: half };
}

function readLimits(): string {
  try {
    return readFileSync("/proc/self/limits", "utf8");
  } catch {
    return "";
  }
}
