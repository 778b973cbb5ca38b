/** A time of day found in a phrase, and the phrase without it. */
export interface PhraseTime {
  hour: number;
  minute: number;
  /** The words that were understood: `at 8:30`. */
  words: string;
  rest: string;
}

const CLOCK = String.raw`noon|midnight|\d{1,2}(?:[:.]\d{2})?(?:\s*[ap]\.?m\b\.?)?`;
const AFTER_AT = new RegExp(String.raw`\bat\s+(${CLOCK})(?:\s+o'?clock)?(?=$|[\s,])`);
/** Without "at", only what cannot be a count. */
const BARE = /\b(noon|midnight|\d{1,2}(?:[:.]\d{2})?\s*[ap]\.?m\b\.?|\d{1,2}:\d{2})(?=$|[\s,])/;

/** Hour and minute of `8:30`, `9.15`, `5pm`, `12am` (midnight), `noon`; null for `25:00` and `13pm`. */
export function readClock(text: string): { hour: number; minute: number } | null {
  if (text === "noon") return { hour: 12, minute: 0 };
  if (text === "midnight") return { hour: 0, minute: 0 };
  const match = /^(\d{1,2})(?:[:.](\d{2}))?\s*(?:([ap])\.?m\.?)?$/.exec(text);
  if (!match) return null;
  const [hour, minute, half] = [Number(match[1]), Number(match[2] ?? 0), match[3]];
  if (minute > 59 || hour > 23) return null;
  if (half === undefined) return { hour, minute };
  if (hour < 1 || hour > 12) return null;
  return { hour: (hour % 12) + (half === "p" ? 12 : 0), minute };
}

/** Finds the time of day in a phrase; null when there is none. */
export function findTime(phrase: string): PhraseTime | null {
  const match = AFTER_AT.exec(phrase) ?? BARE.exec(phrase);
  const clock = match?.[1] === undefined ? null : readClock(match[1]);
  if (!match || !clock) return null;
  const rest = `${phrase.slice(0, match.index)} ${phrase.slice(match.index + match[0].length)}`;
  return {
    ...clock,
    words: match[0].trim(),
    rest: rest.replace(/\s+/g, " ").replace(/^[\s,]+|[\s,]+$/g, ""),
  };
}
