import type { Recipient, RecipientProfile } from "../domain/recipient.ts";

/** What of a recipient is kept as JSON. */
export function profileOf(recipient: Recipient): RecipientProfile {
  const { firstName, lastName, fullName, addresses, timeZone, locale, dates } = recipient;
  const { channels, quietHours, tags, attributes } = recipient;
  const who = { firstName, lastName, fullName, addresses, timeZone, locale, dates };
  return { ...who, channels, quietHours, tags, attributes };
}
