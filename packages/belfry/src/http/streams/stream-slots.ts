import type { Caller } from "../../access/callers.ts";
import { HttpProblem } from "../http-problem.ts";

/** Streams of one process at once: each costs a connection and a read of the log whenever it grows. */
export const MAX_STREAMS = 200;
/** Those of one key. */
export const MAX_KEY_STREAMS = 25;
/** So many times what a tenant holds must be free for it to get another. */
const FREE_FOR_EACH_HELD = 3;
/** The last places are for the installation's own tenant. */
export const OPERATOR_STREAMS = 10;
const COME_BACK_AFTER_S = 10;

/** Who takes a place. */
export type Taker = Caller & { isOperator: boolean };

/** Takes one of the places for streams; returns what gives it back, once. @throws HttpProblem 503 */
export type TakeSlot = (taker: Taker) => () => void;

/**
 * Places of which no tenant can take more than a quarter, and the second no more than a quarter of the rest:
 * whoever holds many gets no more while few are free, so that there is room for whoever holds none.
 */
export function createStreamSlots(): TakeSlot {
  const byKey = new Map<string, number>();
  const byTenant = new Map<string, number>();
  let taken = 0;
  return (taker) => {
    const { key, tenant } = taker;
    const held = { key: byKey.get(key.id) ?? 0, tenant: byTenant.get(tenant.id) ?? 0 };
    const free = MAX_STREAMS - (taker.isOperator ? 0 : OPERATOR_STREAMS) - taken;
    if (held.key >= MAX_KEY_STREAMS) throw tooMany(`this key has ${held.key} open`);
    if (held.tenant * FREE_FOR_EACH_HELD >= free)
      throw tooMany(held.tenant > 0 ? `this tenant has ${held.tenant} open` : `${taken} are open`);
    const move = (by: 1 | -1): void => {
      taken += by;
      count(byKey, key.id, by);
      count(byTenant, tenant.id, by);
    };
    move(1);
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      move(-1);
    };
  };
}

function count(held: Map<string, number>, id: string, by: 1 | -1): void {
  const now = (held.get(id) ?? 0) + by;
  if (now === 0) held.delete(id);
  else held.set(id, now);
}

function tooMany(why: string): HttpProblem {
  return new HttpProblem({
    status: 503,
    code: "too_many_streams",
    message: `Cannot send another stream: ${why}; come back in ${COME_BACK_AFTER_S} s, or ask page by page`,
    headers: { "retry-after": String(COME_BACK_AFTER_S) },
  });
}
