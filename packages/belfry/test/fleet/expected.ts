import type { Stretch } from "../../src/domain/simulation.ts";
import { DAY_MS, dueOf, type Fleet, FROM_MS, TO_MS } from "./fleet.ts";

/** How long a birthday's message is worth sending: what a yearly rule has by default. */
const USEFUL_FOR_MS = 7 * DAY_MS;

/** What one person is to get in the year. */
export interface Expected {
  kind: "sent" | "expired";
  /** When it goes out, or is given up. */
  atMs: number;
  /** 09:00 on their clocks, as they were then. */
  dueMs: number;
  timeZone: string;
  /** What they may get instead: it was in another worker's hands when it was changed. */
  or?: Expected;
}

export interface World {
  outages: readonly Stretch[];
  /** How long before its instant another process may hold what is to be sent; 0 if there is only one. */
  heldMs: number;
}

/** How a person is from an instant on. */
interface Piece {
  fromMs: number;
  timeZone: string;
  birthday: string;
}

/**
 * What everybody is to get, reckoned apart from the engine: at 09:00 where they are then; at once where a
 * change put that into the past; after an outage as soon as somebody is there again.
 */
export function expectedOf({ people, changes }: Fleet, world: World): Map<string, Expected> {
  const ofPerson = Map.groupBy(changes, ({ recipient }) => recipient);
  return new Map(
    people.map(({ id, timeZone, dates }) => {
      const first = { fromMs: FROM_MS, timeZone: timeZone ?? "UTC", birthday: dates?.birthday ?? "" };
      const pieces: Piece[] = [first];
      for (const change of ofPerson.get(id) ?? []) {
        const before = pieces.at(-1) ?? first;
        const birthday = change.dates?.birthday ?? before.birthday;
        pieces.push({ fromMs: change.atMs, timeZone: change.timeZone ?? before.timeZone, birthday });
      }
      return [id, expectedOfPieces(pieces, world)];
    }),
  );
}

function expectedOfPieces(pieces: readonly Piece[], { outages, heldMs }: World): Expected {
  let or: Expected | undefined;
  for (const [index, { fromMs, timeZone, birthday }] of pieces.entries()) {
    const untilMs = pieces[index + 1]?.fromMs ?? TO_MS;
    const dueMs = dueOf(birthday, timeZone);
    const atMs = afterOutage(Math.max(dueMs, fromMs), outages);
    const kind = atMs - dueMs > USEFUL_FOR_MS ? "expired" : "sent";
    const expected = { kind, atMs, dueMs, timeZone } as const;
    // At one instant what is due comes before what is changed, and before the end of all.
    if (atMs <= untilMs) return or ? { ...expected, or } : expected;
    if (atMs - untilMs <= heldMs) or = expected;
  }
  throw new Error("Cannot tell what is expected: nothing falls into the year");
}

function afterOutage(atMs: number, outages: readonly Stretch[]): number {
  const outage = outages.find(({ fromMs, toMs }) => atMs > fromMs && atMs < toMs);
  return outage ? outage.toMs : atMs;
}
