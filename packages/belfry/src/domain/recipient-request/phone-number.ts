import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { TextForm } from "./reading.ts";

const ALLOWED = "a phone number in international form (E.164), such as +14155552671";

/** A phone number as E.164 has it: `+1 (415) 555-2671` becomes `+14155552671`. */
export const phoneNumber: TextForm = (text) => phoneNumberIn(text);

/**
 * The same, where a number without `+` is one of a country.
 *
 * @param country ISO 3166-1 alpha-2: `FR`
 */
export function phoneNumberIn(text: string, country?: string): ReturnType<TextForm> {
  const number = parsePhoneNumberFromString(text, {
    extract: false,
    // One that is not known is as good as none: the number then has to be international.
    ...(country === undefined ? {} : { defaultCountry: country as CountryCode }),
  });
  if (!number) {
    const isNational = /^[\d ()./-]+$/.test(text);
    const message = isNational ? "is a phone number without its country" : "is not a phone number";
    return { ok: false, message, allowed: ALLOWED };
  }
  if (number.ext) return { ok: false, message: "has an extension", allowed: ALLOWED };
  if (!number.isValid())
    return { ok: false, message: "is not a phone number that can exist", allowed: ALLOWED };
  return { ok: true, value: number.number };
}
