import { DAY_MS, dayOfWall } from "./calendar.ts";
import { parseInstant } from "./instant.ts";
import { checked } from "./plan-parts.ts";
import { parseDate, parseWallClock } from "./wall-clock.ts";
import type { Zone } from "./zone.ts";

/** What exdates or rdates name: wall clocks, whole days (as day numbers) and instants. */
export class NamedTimes {
  readonly #walls = new Set<number>();
  readonly #days = new Set<number>();
  readonly #instants = new Set<number>();

  /** @param texts as {@link readSchedule} has checked them @param path the field that they stand in */
  constructor(texts: readonly string[], path: string) {
    for (const text of texts) {
      const instantMs = parseInstant(text);
      const wallMs = parseWallClock(text);
      if (instantMs !== null) this.#instants.add(instantMs);
      else if (wallMs !== null) this.#walls.add(wallMs);
      else this.#days.add(checked(parseDate(text), path, text));
    }
  }

  /** They name an occurrence, by its nominal time, its instant or its day. */
  has(wallMs: number, dueMs: number): boolean {
    return this.#walls.has(wallMs) || this.#instants.has(dueMs) || this.hasDay(wallMs);
  }

  /** They name the whole day of a wall clock. */
  hasDay(wallMs: number): boolean {
    return this.#days.has(dayOfWall(wallMs));
  }

  /** All of them as wall clocks in order; a day alone takes a time of day. */
  walls(timeMs: number, zone: Zone): number[] {
    const walls = new Set(this.#walls);
    for (const day of this.#days) walls.add(day * DAY_MS + timeMs);
    for (const instantMs of this.#instants) walls.add(zone.wallAt(instantMs));
    return [...walls].sort((a, b) => a - b);
  }
}
