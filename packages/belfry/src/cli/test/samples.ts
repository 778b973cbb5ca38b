import type { DeliveryStory, Reminder } from "../resources.ts";

const EXACT = { kind: "exact", timeZone: "Europe/Paris", zoneData: "2026c" } as const;

/** A reminder as the API gives it. */
export function sampleReminder(changes: Partial<Reminder> = {}): Reminder {
  return {
    id: "rem_1",
    state: "active",
    revision: 1,
    schedule: { cron: "30 9 * * 1-5", timeZone: "Europe/Paris" },
    timeZone: "Europe/Paris",
    to: { channel: "inbox" },
    content: { text: "Stand-up" },
    catchUp: "latest",
    usefulFor: "P1D",
    retry: { maxAttempts: 5, initial: "PT5S", max: "PT2H", jitter: "full" },
    inDoubt: "resend",
    spread: null,
    urgent: false,
    repeat: null,
    recipientId: null,
    campaignId: null,
    waitsFor: null,
    metadata: {},
    next: { nominal: "2026-11-23T09:30:10", due: "2026-11-23T08:30:10Z", resolution: EXACT },
    createdAt: "2026-11-20T10:00:00Z",
    updatedAt: "2026-11-20T10:00:00Z",
    ...changes,
  };
}

/** A delivery as the API gives it, with its story. */
export function sampleDelivery(changes: Partial<DeliveryStory> = {}): DeliveryStory {
  return {
    id: "dlv_1",
    reminderId: "rem_1",
    occurrenceId: "occ_1",
    state: "delivered",
    kind: "rule",
    channel: "inbox",
    to: { channel: "inbox" },
    recipientId: null,
    nominal: "2026-11-20T09:30",
    due: "2026-11-20T08:30:00Z",
    resolution: EXACT,
    sendAt: "2026-11-20T08:30:00Z",
    attempts: [],
    reason: null,
    acceptedAt: "2026-11-20T08:00:00Z",
    promotedAt: "2026-11-20T08:15:00Z",
    settledAt: "2026-11-20T08:30:00.020Z",
    latenessMs: 2,
    acknowledgement: null,
    story: [
      { at: "2026-11-20T08:15:00Z", event: "promoted", text: "became a delivery" },
      { at: "2026-11-20T08:30:00.020Z", event: "settled", text: "delivered" },
    ],
    ...changes,
  };
}
