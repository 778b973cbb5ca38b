import type { Campaign } from "../../domain/campaign.ts";
import type { Recipient } from "../../domain/recipient.ts";
import { DEFAULT_RETRY } from "../../domain/retry.ts";
import type { Store } from "../store.ts";
import { recipientOf } from "./recipients.ts";

const DAY_MS = 86_400_000;

/** Somebody with all that one can have, in a tenant: a calendar, a feed, and a campaign that is on its way to them. */
export async function beginWithPeople(store: Store, tenantId: string, atMs: number): Promise<void> {
  const times = { createdAtMs: atMs, updatedAtMs: atMs };
  const ada = recipientOf("rcp_ada", { tenantId, externalId: 'u"1', tags: ["vip"], ...times });
  const bob = recipientOf("rcp_bob", {
    tenantId,
    timeZone: null,
    attributes: { note: "{a,\\n\u0001}" },
    ...times,
  });
  const people: Recipient[] = [ada, bob];
  await store.writeRecipients(people.map((recipient) => ({ recipient, fromRevision: null, isTold: true })));
  await store.createCampaign(campaignOf(tenantId, atMs));
  await store.writeCalendarEvents([
    {
      event: {
        ...{ tenantId, id: `evt_${tenantId}`, recipientId: "rcp_ada", uid: "a@b", revision: 1, ...times },
        ...{ title: "Tea", description: null },
        when: { kind: "timed", startMs: atMs + DAY_MS, endMs: atMs + 2 * DAY_MS },
      },
      fromRevision: null,
    },
  ]);
  const feed = { tenantId, id: `fed_${tenantId}`, recipientId: "rcp_ada" };
  await store.createCalendarFeed({ ...feed, tokenHash: `hash of ${tenantId}`, createdAtMs: atMs });
}

function campaignOf(tenantId: string, atMs: number): Campaign {
  return {
    tenantId,
    id: `cmp_${tenantId}`,
    state: "active",
    revision: 3,
    spec: {
      name: "birthday",
      audience: { tags: ["vip"], attributes: { seats: 3 } },
      schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00", leapDay: "feb-28" } },
      content: { text: "Hey, {{ recipient.fullName }}" },
      policy: { catchUp: "latest", usefulForMs: DAY_MS, retry: DEFAULT_RETRY, inDoubt: "resend" },
      metadata: {},
      anchorMs: atMs,
      sinceMs: atMs,
    },
    walk: { after: "rcp_ada", lookedAt: 1, matched: 1 },
    trigger: { key: "now", atMs, after: "", rung: 0 },
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
}
