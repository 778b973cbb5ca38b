// A birthday service end to end: users, one campaign, and the message that arrives on their birthday.
//
//   npm run build
//   BELFRY_WEBHOOK_ALLOW=127.0.0.1 npm start        Belfry may then reach this machine
//   BELFRY_KEY=$(cat data/admin.key) npx node examples/birthday/birthday.ts
//
// So that nobody has to wait for 09:00, it is kept three seconds from now. `npx node` is the checkout's own Node,
// whatever the machine has. BELFRY_URL says where Belfry is; default: http://127.0.0.1:8080.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ApiError, createClient } from "belfry/client";

const { BELFRY_URL = "http://127.0.0.1:8080", BELFRY_KEY } = process.env;
if (!BELFRY_KEY) throw new Error("Cannot call Belfry: give an API key as BELFRY_KEY");

const SOON_MS = 3_000;
const PATIENCE_MS = 60_000;
const ENDPOINT = "birthday-example";
/** Nobody else on the server is to be congratulated. */
const TAG = "birthday-example";
const USERS = [
  { firstName: "John", lastName: "Doe", timeZone: "America/New_York" },
  { firstName: "Hana", lastName: "Sato", timeZone: "Asia/Tokyo" },
];

const client = createClient({ url: BELFRY_URL, key: BELFRY_KEY });

// 1. What receives the messages; `examples/receiver` shows how to verify that they come from Belfry.
const arrived: unknown[] = [];
const receiver = createServer(async (request, response) => {
  arrived.push(JSON.parse(await text(request)));
  response.writeHead(204).end();
  receiver.emit("arrived");
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
await pointTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/birthdays`);

// 2. The users. One has a birthday just now, the other one had it yesterday.
const at = new Date(Date.now() + SOON_MS);
const [john, hana] = USERS;
if (!john || !hana) throw new Error("Cannot go on: there are no users");
const { date, time } = wallClock(at, john.timeZone);
const yesterday = wallClock(new Date(at.getTime() - 86_400_000), hana.timeZone).date;
const ids = [
  await addUser({ ...john, birthday: `1990-${date}` }),
  await addUser({ ...hana, birthday: `1992-${yesterday}` }),
];

// 3. The campaign: all that a birthday service takes.
const campaign = await client.campaigns.create({
  name: "Birthdays",
  schedule: { yearly: { on: { recipientDate: "birthday" }, time } },
  message: "Hey, {{ recipient.fullName }} it's your birthday",
  audience: { tags: [TAG] },
  endpoint: ENDPOINT,
});
const { text: rule, recipients, upcoming } = await client.campaigns.previewOf(campaign.id, 2);
console.log(`Started ${campaign.id} for ${recipients} users: ${rule}`);
for (const { nominal, timeZone } of upcoming) console.log(`  next ${nominal} in ${timeZone}`);

// 4. It arrives.
await once(receiver, "arrived", { signal: AbortSignal.timeout(PATIENCE_MS) });
for (const message of arrived) console.log(JSON.stringify(message));

await client.campaigns.stop(campaign.id);
for (const id of ids) await client.recipients.delete(id);
receiver.close();

/** A user as a birthday service knows them. Resolves with the id. */
async function addUser(user: object): Promise<string> {
  const headers = { authorization: `Bearer ${BELFRY_KEY}`, "content-type": "application/json" };
  const response = await fetch(`${BELFRY_URL}/user`, { method: "POST", headers, body: JSON.stringify(user) });
  if (response.status !== 201) throw new Error(`Cannot add the user: ${await response.text()}`);
  const { id } = (await response.json()) as { id: string };
  await client.recipients.update(id, { tags: [TAG] });
  return id;
}

/** The endpoint's URL may change at any time: what waits goes to the new one. */
async function pointTo(url: string): Promise<void> {
  try {
    await client.endpoints.create({ name: ENDPOINT, url });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
    await client.endpoints.update(ENDPOINT, { url, state: "on" });
  }
}

/** What the clocks of a zone show at an instant: `03-15`, `09:00:00`. */
function wallClock(instant: Date, timeZone: string): { date: string; time: string } {
  const [day = "", time = ""] = instant.toLocaleString("sv-SE", { timeZone }).split(" ");
  return { date: day.slice(5), time };
}
