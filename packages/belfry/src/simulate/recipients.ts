import { movesPlans, type Recipient, type RecipientProfile } from "../domain/recipient.ts";
import type { SimulatedChange, SimulatedRecipient } from "../domain/simulation.ts";
import type { Store } from "../store/store.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** Recipients in one commit. */
const BATCH = 500;

const NOTHING: RecipientProfile = {
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
};

export interface Arrivals {
  tenantId: string;
  people: readonly SimulatedRecipient[];
  /** Receives what each is called in the report. */
  named: Map<string, string>;
}

/** Stores recipients under ids of the simulation's own; theirs are found as external ones. */
export async function addRecipients(
  { store, ids, clock }: Rehearsal,
  { tenantId, people, named }: Arrivals,
): Promise<void> {
  const nowMs = Math.floor(clock.now());
  for (let start = 0; start < people.length; start += BATCH) {
    const some = people.slice(start, start + BATCH).map(({ id: externalId, name, ...profile }): Recipient => {
      const id = ids.next("rcp");
      named.set(id, name ?? externalId);
      const kept = { tenantId, id, externalId, createdAtMs: nowMs, updatedAtMs: nowMs };
      return { ...NOTHING, ...profile, ...kept, revision: 1, epoch: 1 };
    });
    await store.writeRecipients(some.map((recipient) => ({ recipient, fromRevision: null, isTold: true })));
  }
}

/** Changes a recipient as the API does; false if there is none of that name. */
export async function changeRecipient(
  store: Store,
  tenantId: string,
  { recipient: name, atMs, timeZone, dates }: SimulatedChange,
): Promise<boolean> {
  const [before] = await store.findByExternalIds(tenantId, [name]);
  if (!before) return false;
  const profile = {
    ...before,
    ...(timeZone === undefined ? {} : { timeZone }),
    dates: { ...before.dates, ...dates },
  };
  const hasMoved = movesPlans(before, profile);
  const revision = before.revision + 1;
  const epoch = before.epoch + (hasMoved ? 1 : 0);
  const recipient = { ...profile, revision, epoch, updatedAtMs: atMs };
  await store.writeRecipients([{ recipient, fromRevision: before.revision, isTold: true }]);
  return true;
}
