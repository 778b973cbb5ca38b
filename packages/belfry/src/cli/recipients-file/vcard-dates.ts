/** A date of a card: its text, and the year that stands for none (`X-APPLE-OMIT-YEAR`). */
export interface VcardDate {
  text: string;
  omittedYear: string | undefined;
}

const FULL = /^(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?$/;
const WITHOUT_YEAR = /^--(\d{2})-?(\d{2})(?:T.*)?$/;

/**
 * A date as the API takes it: `19900228`, `1990-02-28T00:00:00Z` and `--0228` of RFC 6350 §4.3 among others; any
 * other text as it is, for the server to say what is wrong with it.
 */
export function vcardDate({ text, omittedYear }: VcardDate): string {
  const [, year, month, day] = FULL.exec(text.trim()) ?? [];
  if (year !== undefined) return year === omittedYear ? `--${month}-${day}` : `${year}-${month}-${day}`;
  const [, yearlessMonth, yearlessDay] = WITHOUT_YEAR.exec(text.trim()) ?? [];
  return yearlessMonth === undefined ? text : `--${yearlessMonth}-${yearlessDay}`;
}
