import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Delivery } from "../domain/delivery.ts";
import type { RecipientProfile } from "../domain/recipient.ts";
import { createRig, START, TENANT } from "./engine-fixture.ts";
import { recipientOf } from "./recipient-fixture.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NEW_ZONE = "America/Newly_Made";

// As where nobody listens for it, but for this: it would end the process.
const unhandled = vi.fn();
beforeEach(() => void process.on("unhandledRejection", unhandled));
afterEach(() => {
  process.off("unhandledRejection", unhandled);
  expect(unhandled).not.toHaveBeenCalled();
});

/** An engine that runs, and Ada, whose zone a process with newer zone data has written. */
async function withNewZone(profile: Partial<RecipientProfile>, content = { text: "to ada" }) {
  const rig = createRig();
  const { store } = rig;
  await store.ensureTenant({ id: TENANT.id, timeZone: "UTC", nowMs: START });
  const ada = recipientOf("rcp_ada", {
    addresses: { webhook: "http://ada.test/" },
    timeZone: "UTC",
    ...profile,
  });
  await store.writeRecipients([{ recipient: ada, fromRevision: null, isTold: false }]);
  const to = { recipient: "rcp_ada", channels: ["webhook"] };
  await rig.accept({ schedule: { in: "PT10S" }, usefulFor: "PT10M", to, content });
  const move = async (timeZone: string, fromRevision: number) =>
    store.writeRecipients([
      { recipient: { ...ada, revision: fromRevision + 1, timeZone }, fromRevision, isTold: false },
    ]);
  await rig.engine.start();
  const deliveries = async (): Promise<readonly Delivery[]> => {
    const page = { tenantId: TENANT.id, limit: 10, after: undefined };
    return (await store.listDeliveries({ ...page, reminderId: undefined, state: undefined })).items;
  };
  return { ...rig, deliveries, move };
}

const NIGHT = { from: "22:00", to: "07:00" };
const BY_DAY = { from: "12:00", to: "13:00" };

describe("a recipient's zone that this process does not know", () => {
  test("puts off what needs it to be judged, and holds up nobody else", async () => {
    const { accept, clock, deliveries, faults, move, texts } = await withNewZone({ quietHours: NIGHT });
    await move(NEW_ZONE, 1);
    await accept({ schedule: { in: "PT10S" }, content: { text: "to another" }, inDoubt: "hold" });
    await clock.advance(2 * MINUTE);
    expect(texts()).toEqual(["to another"]);
    expect(faults[0]).toMatch(
      /^judge delivery dlv_.*the zone "America\/Newly_Made": this process does not know it/,
    );
    const reason =
      "put off: the worker that had it does not know the time zone America/Newly_Made; its zone data are older";
    const [waiting] = (await deliveries()).filter(({ state }) => state === "scheduled");
    expect(waiting).toMatchObject({ reason, attempts: 0, story: [], lostLeases: 0 });
  });

  test("leaves it in the store at growing intervals, so that one who knows the zone can have it", async () => {
    const { clock, events, faults, move } = await withNewZone({ quietHours: NIGHT });
    await move(NEW_ZONE, 1);
    await clock.advance(5 * MINUTE);
    const claims = events.filter(({ kind }) => kind === "claimed").length;
    expect(claims).toBeGreaterThan(5);
    expect(claims).toBeLessThan(15);
    expect(faults.length).toBe(claims);
  });

  test("has it sent once the zone is known", async () => {
    const { clock, deliveries, move, texts } = await withNewZone({ quietHours: BY_DAY });
    await move(NEW_ZONE, 1);
    await clock.advance(MINUTE);
    expect(texts()).toEqual([]);
    await move("UTC", 2);
    await clock.advance(2 * MINUTE);
    expect(texts()).toEqual(["to ada"]);
    expect(await deliveries()).toMatchObject([{ state: "delivered", reason: null, lostLeases: 0 }]);
  });

  test("has it expire when nobody who knows it comes in time", async () => {
    const { clock, deliveries, move } = await withNewZone({ quietHours: NIGHT });
    await move(NEW_ZONE, 1);
    await clock.advance(15 * MINUTE);
    expect(await deliveries()).toMatchObject([{ state: "expired", attempts: 0 }]);
  });

  test("uses up no attempt when it is found out as the content is filled in", async () => {
    const content = { text: "at {{ occurrence.time }}" };
    const { clock, deliveries, move, texts } = await withNewZone({}, content);
    await move(NEW_ZONE, 1);
    await clock.advance(2 * MINUTE);
    expect(await deliveries()).toMatchObject([{ state: "scheduled", attempts: 0, story: [] }]);
    await move("Europe/Berlin", 2);
    await clock.advance(2 * MINUTE);
    expect(texts()).toEqual(["at 01:00"]);
  });
});

test("a delivery that Belfry itself cannot go on with is put off, and holds up no other", async () => {
  const { accept, clock, deliveries, faults, store, texts } = await withNewZone({});
  await accept({ schedule: { in: "PT10S" }, content: { text: "to another" } });
  const { claim } = store;
  // A row that a fault of ours has spoilt: whoever reads its policy throws, and so does whoever judges its outcome.
  store.claim = async (request) => {
    const claimed = await claim(request);
    for (const { delivery, reminder } of claimed.claims)
      if (delivery.recipientId !== null) Object.assign(reminder.spec, { policy: null });
    return claimed;
  };
  await clock.advance(MINUTE);
  expect(texts()).toEqual(["to another"]);
  expect(faults).toContainEqual(expect.stringMatching(/^go on with delivery dlv_/));
  const waiting = (await deliveries()).filter(({ state }) => state === "scheduled");
  expect(waiting).toMatchObject([
    { reason: "put off: Belfry itself failed; its log tells why", lostLeases: 0 },
  ]);
});
