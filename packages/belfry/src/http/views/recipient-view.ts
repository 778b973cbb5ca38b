import type { Recipient } from "../../domain/recipient.ts";
import { formatInstant } from "../../time/instant.ts";
import type { RecipientResource } from "../schemas/recipient.ts";

/** A recipient as the API shows it. */
export function recipientResource(recipient: Recipient): RecipientResource {
  const { id, externalId, revision, firstName, lastName, fullName, timeZone, locale } = recipient;
  const { addresses, channels, dates, quietHours, tags, attributes } = recipient;
  return {
    id,
    externalId,
    revision,
    firstName,
    lastName,
    fullName,
    addresses: { ...addresses },
    channels: [...channels],
    timeZone,
    locale,
    dates: { ...dates },
    quietHours: quietHours && quietHoursResource(quietHours),
    tags: [...tags],
    attributes,
    createdAt: formatInstant(recipient.createdAtMs),
    updatedAt: formatInstant(recipient.updatedAtMs),
  };
}

function quietHoursResource({
  from,
  to,
  days,
}: NonNullable<Recipient["quietHours"]>): RecipientResource["quietHours"] {
  return { from, to, ...(days === undefined ? {} : { days: [...days] }) };
}
