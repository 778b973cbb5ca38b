const UNITS: readonly [letter: string, ms: number][] = [
  ["H", 3_600_000],
  ["M", 60_000],
];
const DAY_MS = 86_400_000;

/** Milliseconds as ISO 8601: `PT5S`, `PT2H`, `P1DT30M`, `PT0.05S`. */
export function isoDuration(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  let rest = ms - days * DAY_MS;
  let time = "";
  for (const [letter, unit] of UNITS) {
    const whole = Math.floor(rest / unit);
    rest -= whole * unit;
    if (whole > 0) time += `${whole}${letter}`;
  }
  if (rest > 0 || (days === 0 && time === "")) time += `${rest / 1000}S`;
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}
