import { HttpProblem } from "../http-problem.ts";

/** Streams of one process at once: each costs a connection and a read of the log whenever it grows. */
export const MAX_STREAMS = 200;
const COME_BACK_AFTER_S = 10;

/** Takes one of the places for streams; returns what gives it back, once. @throws HttpProblem 503 */
export type TakeSlot = () => () => void;

export function createStreamSlots(most: number = MAX_STREAMS): TakeSlot {
  let taken = 0;
  return () => {
    if (taken >= most) throw tooMany(most);
    taken += 1;
    let isGiven = false;
    return () => {
      if (isGiven) return;
      isGiven = true;
      taken -= 1;
    };
  };
}

function tooMany(most: number): HttpProblem {
  return new HttpProblem({
    status: 503,
    code: "too_many_streams",
    message: `Cannot send another stream: ${most} are open; come back in ${COME_BACK_AFTER_S} s, or ask page by page`,
    headers: { "retry-after": String(COME_BACK_AFTER_S) },
  });
}
