import type { Client } from "../../packages/belfry/src/client/index.ts";
import { pause } from "../processes.ts";

/** How long a follower stays that comes and goes. */
const STAYS_MS = 3_000;
/** How long a slow one thinks about each event. */
const THINKS_MS = 20;

/** Those who follow the events. */
export interface Followers {
  /** Acceptances that the one who is always there has heard of. */
  accepted(): number;
  /** How often it was told that events were gone before it came to them. */
  gaps(): number;
}

/** Follows the events by four streams until it is told to end: one for good, another beside it, one that comes and goes, one that is slow. */
export function follow(client: Client, signal: AbortSignal): Followers {
  let accepted = 0;
  let gaps = 0;
  const steady = async (): Promise<void> => {
    const onGap = (): void => {
      gaps += 1;
    };
    for await (const { type } of client.events({ signal, onGap }))
      if (type === "reminder.accepted") accepted += 1;
  };
  // A stream that fails is told of by the unhandled rejection, which ends the run.
  void steady();
  void passing(client, signal);
  void comingAndGoing(client, signal);
  void slow(client, signal);
  return { accepted: () => accepted, gaps: () => gaps };
}

async function passing(client: Client, signal: AbortSignal): Promise<void> {
  for await (const _ of client.events({ signal, types: ["delivery.dead", "endpoint.off"] }));
}

async function comingAndGoing(client: Client, signal: AbortSignal): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted) {
    const gone = AbortSignal.any([signal, AbortSignal.timeout(STAYS_MS)]);
    const events = client.events({ signal: gone, ...(after === undefined ? {} : { after }) });
    for await (const { id } of events) after = id;
  }
}

async function slow(client: Client, signal: AbortSignal): Promise<void> {
  for await (const _ of client.events({ signal })) await pause(THINKS_MS);
}
