import { GONE_AFTER_MS } from "./attending.ts";

/** How often to ask, at the most seldom. */
const EVERY_MS = 400;
/** Others take a process for gone so long after its session has ended: by then it must send nothing. */
const DOUBTED_AFTER_MS = GONE_AFTER_MS - EVERY_MS - 100;

export interface PulseOptions {
  /** Asks for anything on the connection that stands for the process. */
  ask: () => Promise<unknown>;
  /** Whether it still is the one that stands for it. */
  isWanted: () => boolean;
  /** In ms; default: 400. */
  everyMs?: number;
  /** How long an answer is waited for before there is doubt, in ms; default: 600. */
  doubtedAfterMs?: number;
  /** It may have ended on the server without a word, and others may take the process for gone. */
  onDoubt: () => void;
  /** It was heard all the same: its session, and with it its lock, was there all the time. */
  onHeard: () => void;
}

/** Asks on a connection, again and again, whether it is heard: one that only listens would never find out. */
export async function keepPulse(options: PulseOptions): Promise<void> {
  const { everyMs = EVERY_MS, isWanted } = options;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, everyMs).unref());
    if (!isWanted()) return;
    await askOnce(options);
  }
}

/** Whoever loses the connection meanwhile is told by its own events. */
async function askOnce(options: PulseOptions): Promise<void> {
  const { ask, isWanted, doubtedAfterMs = DOUBTED_AFTER_MS, onDoubt, onHeard } = options;
  let isDoubted = false;
  const timer = setTimeout(() => {
    if (!isWanted()) return;
    isDoubted = true;
    onDoubt();
  }, doubtedAfterMs).unref();
  const isHeard = await ask().then(
    () => true,
    () => false,
  );
  clearTimeout(timer);
  if (isDoubted && isHeard && isWanted()) onHeard();
}
