import { ScheduleError } from "../../time/schedule-error.ts";
import { canonicalTimeZone } from "../../time/zone-alias.ts";
import { type Reading, read, refused } from "./reading.ts";

export const ZONE_ALLOWED = 'an IANA time zone such as "Europe/Paris" or "UTC"; null for the tenant\'s';
export const LOCALE_ALLOWED = 'a language tag (BCP 47) such as "en", "pt-BR" or "zh-Hant"; null for none';
const LONGEST_LOCALE = 35;

/** A zone under the one name of it: whoever lives in `US/Eastern` lives in `America/New_York`. */
export function readTimeZone(value: unknown): Reading<string | null> {
  if (value === undefined || value === null) return read(null);
  try {
    return read(canonicalTimeZone(value));
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    const [issue] = error.issues;
    return refused(["timeZone"], value, {
      message: predicateOf(issue?.message ?? ""),
      allowed: ZONE_ALLOWED,
    });
  }
}

/** What is wrong, to be read behind the name of the field: without the name and the value that it begins with. */
function predicateOf(message: string): string {
  return message.replace(/^(?:".*?"|the time zone) (?=is )/s, "");
}

/** A language tag with its proper capitals: `pt-br` becomes `pt-BR`. */
export function readLocale(value: unknown): Reading<string | null> {
  const path = ["locale"];
  const allowed = LOCALE_ALLOWED;
  if (value === undefined || value === null) return read(null);
  if (typeof value !== "string") return refused(path, value, { message: "is not a text", allowed });
  if (value.length > LONGEST_LOCALE) return refused(path, value, { message: "is too long", allowed });
  if (value.includes("_"))
    return refused(path, value, { message: "has an underscore where a hyphen belongs", allowed });
  const [tag] = canonicalLocales(value);
  return tag === undefined ? refused(path, value, { message: "is not a language tag", allowed }) : read(tag);
}

function canonicalLocales(tag: string): string[] {
  try {
    return Intl.getCanonicalLocales(tag);
  } catch {
    return [];
  }
}
