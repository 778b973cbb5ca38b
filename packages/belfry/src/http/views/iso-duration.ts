const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Milliseconds as ISO 8601: `PT5S`, `PT2H`, `P1DT30M`, `PT0.05S`. */
export function isoDuration(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  const hours = Math.floor((ms - days * DAY_MS) / HOUR_MS);
  const minutes = Math.floor((ms - days * DAY_MS - hours * HOUR_MS) / MINUTE_MS);
  const rest = ms - days * DAY_MS - hours * HOUR_MS - minutes * MINUTE_MS;
  let time = "";
  if (hours > 0) time += `${hours}H`;
  if (minutes > 0) time += `${minutes}M`;
  if (rest > 0 || (days === 0 && time === "")) time += `${rest / 1000}S`;
  return `P${days > 0 ? `${days}D` : ""}${time === "" ? "" : `T${time}`}`;
}
