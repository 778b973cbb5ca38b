import { phoneNumberIn } from "../../domain/recipient-request/phone-number.ts";
import type { Fields } from "./recipient-row.ts";

/** Addresses by which one without an id of yours is known again, the surest first. */
const KNOWN_BY = ["email", "sms", "whatsapp"] as const;
const PHONES: readonly string[] = ["sms", "whatsapp"];

/**
 * A recipient with an id by which a repeat of the import finds them again: theirs, else their e-mail address, else
 * their phone number. One that has none of these is left without, and the server says so.
 *
 * @param country whose numbers those without `+` are: `FR`
 */
export function namedRecipient(recipient: Fields, country: string | undefined): Fields {
  const addresses = addressesOf(recipient, country);
  const known = addresses ? { ...recipient, addresses } : recipient;
  if (typeof recipient.externalId === "string" && recipient.externalId !== "") return known;
  const name = KNOWN_BY.map((channel) => addresses?.[channel]).find((address) => typeof address === "string");
  return name === undefined ? known : { externalId: name, ...known };
}

function addressesOf({ addresses }: Fields, country: string | undefined): Fields | undefined {
  if (typeof addresses !== "object" || addresses === null || Array.isArray(addresses)) return undefined;
  const entries = Object.entries(addresses).map(([channel, address]: [string, unknown]) => {
    if (typeof address !== "string" || !PHONES.includes(channel)) return [channel, address];
    const number = phoneNumberIn(address, country);
    return [channel, number.ok ? number.value : address];
  });
  return Object.fromEntries(entries);
}
