import type { Recipient, RecipientProfile } from "../domain/recipient.ts";
import type { Store } from "../store/store.ts";
import { START, TENANT } from "./engine-fixture.ts";

/** Somebody of the test's tenant, of whom nothing is known but what is given. */
export function recipientOf(id: string, profile: Partial<RecipientProfile> = {}): Recipient {
  return {
    tenantId: TENANT.id,
    id,
    externalId: null,
    revision: 1,
    epoch: 0,
    firstName: null,
    lastName: null,
    fullName: null,
    addresses: {},
    timeZone: null,
    locale: null,
    dates: {},
    channels: [],
    quietHours: null,
    tags: [],
    attributes: {},
    createdAtMs: START,
    updatedAtMs: START,
    ...profile,
  };
}

/** Stores somebody new. */
export async function putRecipient(store: Store, recipient: Recipient): Promise<void> {
  const [written] = await store.writeRecipients([{ recipient, fromRevision: null, isTold: true }]);
  if (written !== "written") throw new Error(`Cannot put ${recipient.id}: ${written}`);
}
