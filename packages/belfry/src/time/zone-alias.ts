import { resolveTimeZone } from "./zone-name.ts";

/**
 * What ICU calls zones whose IANA names have changed since: it keeps the first name that it knew. The pairs
 * are those of CLDR (`common/bcp47/timezone.xml`, attribute `iana`).
 */
const NEW_NAMES: Readonly<Record<string, string>> = {
  "Africa/Asmera": "Africa/Asmara",
  "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
  "America/Catamarca": "America/Argentina/Catamarca",
  "America/Coral_Harbour": "America/Atikokan",
  "America/Cordoba": "America/Argentina/Cordoba",
  "America/Godthab": "America/Nuuk",
  "America/Indianapolis": "America/Indiana/Indianapolis",
  "America/Jujuy": "America/Argentina/Jujuy",
  "America/Louisville": "America/Kentucky/Louisville",
  "America/Mendoza": "America/Argentina/Mendoza",
  "Asia/Calcutta": "Asia/Kolkata",
  "Asia/Katmandu": "Asia/Kathmandu",
  "Asia/Rangoon": "Asia/Yangon",
  "Asia/Saigon": "Asia/Ho_Chi_Minh",
  "Atlantic/Faeroe": "Atlantic/Faroe",
  "Europe/Kiev": "Europe/Kyiv",
  "Pacific/Enderbury": "Pacific/Kanton",
  "Pacific/Ponape": "Pacific/Pohnpei",
  "Pacific/Truk": "Pacific/Chuuk",
};

const MAX_KNOWN = 2048;
const known = new Map<string, string>();

/**
 * The one name of an IANA zone that has several: `America/New_York` for `US/Eastern`, `Asia/Kolkata` for
 * `Asia/Calcutta`. So a person who is stored under another name of their zone has not moved.
 *
 * @throws ScheduleError `unknown_time_zone`, as {@link resolveTimeZone}
 */
export function canonicalTimeZone(name: unknown, path: (string | number)[] = ["timeZone"]): string {
  const proper = resolveTimeZone(name, path);
  const found = known.get(proper);
  if (found !== undefined) return found;
  const { timeZone } = new Intl.DateTimeFormat("en-US", { timeZone: proper }).resolvedOptions();
  const canonical = resolveTimeZone(NEW_NAMES[timeZone] ?? timeZone, path);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(proper, canonical);
  return canonical;
}
