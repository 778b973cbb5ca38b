// What each feature costs a delivery, in microseconds of one CPU: `npm run bench -- costs`. The pure parts are
// called by themselves; the story is what a store takes longer to settle with it than without it.

import type { Message } from "../../packages/belfry/src/channels/channel.ts";
import { payloadBytes } from "../../packages/belfry/src/channels/webhook/payload.ts";
import { createSigner } from "../../packages/belfry/src/channels/webhook/signer.ts";
import { createRenderer } from "../../packages/belfry/src/content/render.ts";
import { round } from "../median.ts";
import { microseconds } from "../microseconds.ts";
import { openPlaces } from "./places.ts";
import { settlingCost } from "./settling.ts";

const MESSAGE: Message = {
  deliveryId: "dlv_0zrn6dqafpbk5xkewezrmb2mjxr",
  tenantId: "tnt_default",
  reminderId: "rem_0zrn6dqafpbk5xkewezrmb2mjx",
  occurrenceId: "occ_0zrn6dqafpbk5xkewezrmb2mjxr",
  userId: null,
  acknowledgeUrl: null,
  dueMs: Date.UTC(2026, 0, 1),
  attemptAtMs: Date.UTC(2026, 0, 1),
  attempt: 1,
  content: { text: "hello 00000001", data: { customer: "cus_00000001", amount: "129.00" } },
  metadata: {},
  destination: { address: "http://one.test/", secrets: [] },
};
const TEMPLATE = {
  text: "Hey, {{ recipient.fullName }} it's your birthday",
  locales: { de: { text: "{{ recipient.fullName }} wird heute {{ age }}" } },
};
const VALUES = { recipient: { fullName: "Ada Lovelace" }, age: 36 };
const SECRET = `whsec_${Buffer.alloc(32, 1).toString("base64")}`;

/** Measures and prints; there are no goals. */
export async function measure(): Promise<boolean> {
  const signer = createSigner([SECRET]);
  const render = createRenderer();
  const body = payloadBytes(MESSAGE);
  const parts = { id: MESSAGE.deliveryId, timestamp: "1767225600", body };
  const rows = [
    {
      feature: "filling in a template",
      microseconds: microseconds(() => render(TEMPLATE, () => VALUES, "de")),
    },
    { feature: "writing the body", microseconds: microseconds(() => payloadBytes(MESSAGE)) },
    { feature: "signing it, one secret", microseconds: microseconds(() => signer.sign(parts, [])) },
    {
      feature: "signing it, two secrets",
      microseconds: microseconds(() => signer.sign(parts, [SECRET, SECRET])),
    },
  ];
  for await (const { name, store } of openPlaces()) {
    const { withStory, without } = await settlingCost(store);
    rows.push({ feature: `settling on ${name}, without its story`, microseconds: without });
    rows.push({ feature: `settling on ${name}, with it`, microseconds: withStory });
  }
  console.table(rows.map((row) => ({ ...row, microseconds: round(row.microseconds) })));
  return true;
}
