import { ScheduleError } from "./schedule-error.ts";

const MAX_KNOWN = 2048;
const SMALL_WORDS = new Set(["of", "au", "es"]);
const UTC_NAMES = new Set(["utc", "etc/utc", "etc/gmt", "gmt", "etc/uct", "etc/zulu", "etc/universal"]);
const known = new Map<string, string>();
let properNames: Map<string, string> | undefined;

function refusal(name: unknown, path: (string | number)[], message: string): ScheduleError {
  const allowed = 'an IANA time zone such as "Europe/Paris" or "UTC"';
  return new ScheduleError("unknown_time_zone", [{ path, value: name, message, allowed }]);
}

/** `america/port_of_spain` to `America/Port_of_Spain`: for names that ICU lists under an older spelling. */
function capitalise(name: string): string {
  const words = name.toLowerCase().replace(/[a-z]+/g, (word) => {
    return SMALL_WORDS.has(word) ? word : word[0]?.toUpperCase() + word.slice(1);
  });
  return words.replace(/^Us\//, "US/");
}

function allProperNames(): Map<string, string> {
  properNames ??= new Map(Intl.supportedValuesOf("timeZone").map((proper) => [proper.toLowerCase(), proper]));
  return properNames;
}

function properName(name: string): string {
  const proper = allProperNames().get(name.toLowerCase());
  if (proper) return proper;
  const capitalised = name.split("/").every((part) => /^[A-Z].*[a-z]/.test(part));
  return capitalised || name.startsWith("US/") ? name : capitalise(name);
}

function advice(name: string): string | null {
  if (/^(?:utc|gmt)?[+-]\d/i.test(name) || /^etc\/gmt[+-]/i.test(name)) {
    return "a fixed offset does not follow the clocks of a place";
  }
  if (name.includes("/")) return null;
  const zone = zoneOfCity(name);
  if (zone !== undefined) return `did you mean "${zone}"?`;
  return "an abbreviation or a country stands for more than one clock; name a region and its city";
}

/** `new york` to `America/New_York`: the zone that is named after a city. */
function zoneOfCity(name: string): string | undefined {
  const end = `/${name.trim().toLowerCase().replaceAll(" ", "_")}`;
  for (const [lower, proper] of allProperNames()) if (lower.endsWith(end)) return proper;
  return undefined;
}

function isKnownToIntl(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en-US", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The name of an IANA zone with its proper capitals; `UTC` for its synonyms. `Asia/Kolkata` stays
 * so, though ICU calls it `Asia/Calcutta`.
 * Throws ScheduleError `unknown_time_zone`, with advice for abbreviations (`EST`) and offsets (`+02:00`).
 */
export function resolveTimeZone(name: unknown, path: (string | number)[] = ["timeZone"]): string {
  if (typeof name !== "string") throw refusal(name, path, "the time zone is not a text");
  const found = known.get(name);
  if (found) return found;
  if (name.length > 64) throw refusal(name.slice(0, 64), path, "the time zone is too long");
  if (UTC_NAMES.has(name.toLowerCase())) return "UTC";
  const reason = advice(name);
  if (reason) throw refusal(name, path, `"${name}" is not a time zone: ${reason}`);
  if (!isKnownToIntl(name)) throw refusal(name, path, `"${name}" is not a known time zone`);
  if (known.size >= MAX_KNOWN) known.clear();
  const proper = properName(name);
  known.set(name, proper);
  return proper;
}
