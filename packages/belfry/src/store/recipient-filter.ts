import { fullNameOf, type Recipient } from "../domain/recipient.ts";
import type { RecipientFilter } from "./recipient-store.ts";

/** Whether a filter means a recipient. */
export function fitsRecipient(recipient: Recipient, { tags, attributes, search }: RecipientFilter): boolean {
  return (
    (tags === undefined || tags.every((tag) => recipient.tags.includes(tag))) &&
    (attributes === undefined ||
      Object.entries(attributes).every(([name, value]) => recipient.attributes[name] === value)) &&
    (search === undefined || searchText(recipient).includes(search.toLowerCase()))
  );
}

function searchText(recipient: Recipient): string {
  const { firstName, lastName, externalId, addresses } = recipient;
  const parts = [fullNameOf(recipient), firstName, lastName, externalId, ...Object.values(addresses)];
  return parts
    .filter((part) => part !== null)
    .join("\n")
    .toLowerCase();
}
