import type { InboxEntry } from "../../domain/inbox-entry.ts";
import type { Links } from "../../domain/links.ts";
import { formatInstant } from "../../time/instant.ts";
import type { InboxMessageResource } from "../schemas/inbox.ts";

/** A message of the inbox as the API shows it. */
export function inboxMessageResource(entry: InboxEntry, links: Links | null): InboxMessageResource {
  const { tenantId, deliveryId: id } = entry;
  return {
    deliveryId: entry.deliveryId,
    reminderId: entry.reminderId,
    content: entry.content,
    due: formatInstant(entry.dueMs),
    receivedAt: formatInstant(entry.receivedAtMs),
    acknowledgeUrl: links?.acknowledge({ tenantId, id }) ?? null,
  };
}
