/** Searches for a next occurrence end after 100 years. */
export const SEARCH_DAYS = 36_525;
/** No date after 9999-12-31 is looked for: it would not fit an ISO 8601 date of four digits. */
export const LAST_DAY = 2_932_896;

/** A rule on the wall clock: nominal times in wall milliseconds, in order, without end of its own. */
export interface WallSeries {
  /**
   * First nominal time not before `wallMs`, or null when there is none within 100 years. Beyond
   * `notAfterMs` it need not look: one that lies there may be given or not.
   */
  from(wallMs: number, notAfterMs?: number): number | null;
  /**
   * How many nominal times there are from one wall clock to before another. Beyond `enough` it may stop
   * counting and give any greater number.
   */
  count(fromMs: number, toMs: number, enough: number): number;
}

/** A rule that runs in real time: as {@link WallSeries}, of instants. */
export interface InstantSeries {
  from(instantMs: number, notAfterMs?: number): number | null;
  count(fromMs: number, toMs: number, enough: number): number;
}

/** The last day to look at in a search that begins on `day`. */
export function searchEnd(day: number): number {
  return Math.min(day + SEARCH_DAYS, LAST_DAY);
}
