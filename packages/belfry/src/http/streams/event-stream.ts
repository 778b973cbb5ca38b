import type { EventPage } from "../../store/store.ts";
import { Pace } from "./pace.ts";
import { type Followed, Telling } from "./telling.ts";

const utf8 = new TextEncoder();

/**
 * The log as server-sent events from a first page on. It is read only as fast as it is taken, one page at
 * a time, so a slow reader costs no memory. It ends when the reader goes, when the server closes, when the
 * key is no longer good, and when the store fails: whoever comes back is told why.
 */
export function eventStream(
  first: EventPage,
  followed: Followed & { admit: (end: () => void) => () => void; onEnd: () => void },
): ReadableStream<Uint8Array> {
  const pace = new Pace(followed);
  const stopAdmission = followed.admit(pace.end);
  const telling = new Telling(first, followed, pace);
  const end = (): void => {
    pace.end();
    stopAdmission();
    followed.onEnd();
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const text = await telling.next().catch(() => null);
        if (text !== null) return controller.enqueue(utf8.encode(text));
        end();
        controller.close();
      },
      cancel: end,
    },
    // Nothing is read before it is asked for.
    { highWaterMark: 0 },
  );
}
