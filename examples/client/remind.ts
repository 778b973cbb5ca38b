// The typed client: makes a reminder, waits until it rings in the inbox, and prints its story.
//
//   npm run build
//   BELFRY_KEY=$(cat data/admin.key) npx node examples/client/remind.ts "Stretch" PT2S
//
// `npx node` is the checkout's own Node, whatever the machine has. BELFRY_URL says where Belfry is;
// default: http://127.0.0.1:8080.
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "belfry/client";

const { BELFRY_URL = "http://127.0.0.1:8080", BELFRY_KEY } = process.env;
if (!BELFRY_KEY) throw new Error("Cannot call Belfry: give an API key as BELFRY_KEY");
const [message = "Stretch", wait = "PT2S"] = process.argv.slice(2);

/** How long after its instant the reminder is waited for. */
const PATIENCE_MS = 30_000;

const client = createClient({ url: BELFRY_URL, key: BELFRY_KEY });
const { id: reminderId, next } = await client.reminders.create({
  schedule: { in: wait },
  to: { channel: "inbox" },
  message,
});
if (!next) throw new Error(`Cannot wait for ${reminderId}: it never rings`);
console.log(`Made ${reminderId}: due ${next.due}`);

const patience = AbortSignal.timeout(Date.parse(next.due) - Date.now() + PATIENCE_MS);
const { deliveryId } = await first(async () => {
  const { items } = await client.inbox.list();
  return items.find((entry) => entry.reminderId === reminderId);
});
// It is written down as delivered a moment after it has arrived.
const { state, latenessMs, story } = await first(async () => {
  const delivery = await client.deliveries.get(deliveryId);
  return delivery.settledAt === null ? undefined : delivery;
});
console.log(`${deliveryId} is ${state}, ${latenessMs} ms after its instant`);
for (const { at, text } of story) console.log(`${at}  ${text}`);

/** Asks again and again until there is an answer. */
async function first<Found>(ask: () => Promise<Found | undefined>): Promise<Found> {
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    await sleep(100, undefined, { signal: patience });
  }
}
