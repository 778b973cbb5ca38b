import type { Message } from "../channel.ts";

/** A message as the engine hands it to a channel; `part` says what matters to the test. */
export function sampleMessage(part: Partial<Message> = {}): Message {
  return {
    deliveryId: "dlv_01k9zq3v8h6m2x7c4t5n0r1wab",
    tenantId: "tnt_01k9zq3v8h6m2x7c4t5n0r1wab",
    reminderId: "rem_01k9zq3v8h6m2x7c4t5n0r1wab",
    occurrenceId: "occ_01k9zq3v8h6m2x7c4t5n0r1wab",
    userId: "rcp_01k9zq3v8h6m2x7c4t5n0r1wab",
    dueMs: Date.parse("2025-03-15T14:00:00Z"),
    attemptAtMs: Date.now(),
    attempt: 1,
    acknowledgeUrl: null,
    content: { text: "Take out the bins" },
    metadata: {},
    destination: { address: "", secrets: [] },
    ...part,
  };
}
