import { expect, type TestAPI } from "vitest";
import type { Recipient } from "../../domain/recipient.ts";
import type { RecipientWrite, Store } from "../store.ts";
import { NOW, OTHER_TENANT, receiptOf, TENANT } from "./fixtures.ts";
import type { StoreTest } from "./store-test.ts";

export function recipientOf(id: string, change: Partial<Recipient> = {}): Recipient {
  return {
    tenantId: TENANT,
    id,
    externalId: null,
    revision: 1,
    epoch: 0,
    firstName: "Ada",
    lastName: null,
    fullName: null,
    addresses: { webhook: "http://one.test/" },
    timeZone: "Europe/Paris",
    locale: null,
    dates: { birthday: "1990-03-15" },
    channels: ["webhook"],
    quietHours: null,
    tags: [],
    attributes: {},
    createdAtMs: NOW,
    updatedAtMs: NOW,
    ...change,
  };
}

function fresh(recipient: Recipient): RecipientWrite {
  return { recipient, fromRevision: null, isTold: true };
}

async function put(store: Store, ...recipients: Recipient[]): Promise<void> {
  const written = await store.writeRecipients(recipients.map(fresh));
  expect(written).toEqual(recipients.map(() => "written"));
}

const PAGE = { tenantId: TENANT, limit: 10, after: undefined, filter: {} };

/** Who is reminded. */
export function recipientTests(test: TestAPI<StoreTest>): void {
  test("writeRecipients() stores all of a recipient; findRecipient() gives it within its tenant", async ({
    store,
  }) => {
    const full = recipientOf("rcp_1", {
      externalId: "u1",
      lastName: "Lovelace",
      fullName: 'Ada "the\nfirst" L\u00f6velace \u{1f514}',
      locale: "en-GB",
      quietHours: { from: "22:00", to: "07:00", days: [1, 2] },
      tags: ["vip", "early"],
      attributes: { plan: "gold", seats: 3, nested: { a: [1, null] } },
    });
    await put(store, full);
    expect(await store.findRecipient(TENANT, "rcp_1")).toEqual(full);
    expect(await store.findRecipient(OTHER_TENANT, "rcp_1")).toBeNull();
    expect(await store.findByExternalIds(TENANT, ["u0", "u1"])).toEqual([full]);
    expect(await store.findByExternalIds(OTHER_TENANT, ["u1"])).toEqual([]);
    expect(await store.countRecipients(TENANT)).toBe(1);
  });

  test("writeRecipients() judges each by its revision and its external id", async ({ store }) => {
    await put(store, recipientOf("rcp_1", { externalId: "u1" }), recipientOf("rcp_2", { externalId: "u2" }));
    const second = recipientOf("rcp_1", { externalId: "u1", revision: 2, firstName: "Eve" });
    const written = await store.writeRecipients([
      { recipient: second, fromRevision: 1, isTold: false },
      { recipient: recipientOf("rcp_2", { externalId: "u1", revision: 2 }), fromRevision: 1, isTold: false },
      { recipient: recipientOf("rcp_3", { externalId: "u3", revision: 9 }), fromRevision: 8, isTold: false },
      fresh(recipientOf("rcp_4", { externalId: "u4" })),
      fresh(recipientOf("rcp_5", { externalId: "u4" })),
      fresh(recipientOf("rcp_6", { tenantId: OTHER_TENANT, externalId: "u1" })),
    ]);
    expect(written).toEqual(["written", "conflict", "conflict", "written", "conflict", "written"]);
    expect(await store.findRecipient(TENANT, "rcp_1")).toEqual(second);
    expect(await store.findRecipient(TENANT, "rcp_5")).toBeNull();
    expect(await store.writeRecipients([fresh(recipientOf("rcp_7", { externalId: "u2" }))])).toEqual([
      "taken",
    ]);
    expect(await store.writeRecipients([fresh(recipientOf("rcp_1"))])).toEqual(["conflict"]);
  });

  test("writeRecipients() keeps its receipt with them, or nothing", async ({ store }) => {
    const write = (id: string) => store.writeRecipients([fresh(recipientOf(id))], () => receiptOf("k"));
    await write("rcp_1");
    await expect(write("rcp_2")).rejects.toMatchObject({ code: "idempotency_conflict" });
    expect(await store.findRecipient(TENANT, "rcp_2")).toBeNull();
    expect(await store.findReceipt(receiptOf("k"))).not.toBeNull();
  });

  test("listRecipients() walks those that a filter means, by id", async ({ store }) => {
    await put(
      store,
      recipientOf("rcp_1", { tags: ["a", "b"], attributes: { plan: "gold" } }),
      recipientOf("rcp_2", { tags: ["a"], firstName: "Bob", addresses: { email: "Bob@Example.com" } }),
      recipientOf("rcp_3", { externalId: "crm-77", attributes: { plan: "gold", seats: 2 } }),
      recipientOf("rcp_4", { tenantId: OTHER_TENANT, tags: ["a"] }),
    );
    const ids = async (filter: object, limit = 10) =>
      (await store.listRecipients({ ...PAGE, filter, limit })).items.map(({ id }) => id);
    expect(await ids({})).toEqual(["rcp_1", "rcp_2", "rcp_3"]);
    expect(await ids({ tags: ["a"] })).toEqual(["rcp_1", "rcp_2"]);
    expect(await ids({ tags: ["a", "b"] })).toEqual(["rcp_1"]);
    expect(await ids({ attributes: { plan: "gold" } })).toEqual(["rcp_1", "rcp_3"]);
    expect(await ids({ attributes: { plan: "gold", seats: 2 } })).toEqual(["rcp_3"]);
    expect(await ids({ search: "BOB@" })).toEqual(["rcp_2"]);
    expect(await ids({ search: "crm-7" })).toEqual(["rcp_3"]);
    expect(await ids({ search: "nobody" })).toEqual([]);
    const first = await store.listRecipients({ ...PAGE, filter: { attributes: { plan: "gold" } }, limit: 1 });
    expect(first.items.map(({ id }) => id)).toEqual(["rcp_1"]);
    const second = await store.listRecipients({
      ...PAGE,
      filter: { attributes: { plan: "gold" } },
      limit: 1,
      after: first.nextCursor,
    });
    expect(second.items.map(({ id }) => id)).toEqual(["rcp_3"]);
    expect((await store.walkRecipients(TENANT, "rcp_1", 1)).map(({ id }) => id)).toEqual(["rcp_2"]);
  });

  test("deleteRecipient() removes one of its tenant, at its revision alone", async ({ store }) => {
    await put(store, recipientOf("rcp_1", { externalId: "u1" }));
    const removal = { tenantId: TENANT, id: "rcp_1", nowMs: NOW };
    expect(await store.deleteRecipient({ ...removal, tenantId: OTHER_TENANT })).toBe(false);
    expect(await store.deleteRecipient({ ...removal, ifRevision: [7] })).toEqual({
      kind: "stale",
      revision: 1,
    });
    expect(await store.deleteRecipient(removal)).toBe(true);
    expect(await store.deleteRecipient(removal)).toBe(false);
    expect(await store.findRecipient(TENANT, "rcp_1")).toBeNull();
    await put(store, recipientOf("rcp_2", { externalId: "u1" }));
  });

  test("listRecipientChanges() has what is to follow until it has, and a change meanwhile again", async ({
    store,
  }) => {
    await put(store, recipientOf("rcp_1"), recipientOf("rcp_2"));
    const changes = await store.listRecipientChanges(10);
    expect(changes.map(({ recipientId }) => recipientId).sort()).toEqual(["rcp_1", "rcp_2"]);
    const again = { recipient: recipientOf("rcp_1", { revision: 2 }), fromRevision: 1, isTold: true };
    expect(await store.writeRecipients([again])).toEqual(["written"]);
    await store.settleRecipientChanges(changes);
    expect((await store.listRecipientChanges(10)).map(({ recipientId }) => recipientId)).toEqual(["rcp_1"]);
    await store.settleRecipientChanges(await store.listRecipientChanges(10));
    const silent = { recipient: recipientOf("rcp_1", { revision: 3 }), fromRevision: 2, isTold: false };
    expect(await store.writeRecipients([silent])).toEqual(["written"]);
    expect(await store.listRecipientChanges(10)).toEqual([]);
    await store.deleteRecipient({ tenantId: TENANT, id: "rcp_1", nowMs: NOW });
    expect((await store.listRecipientChanges(10)).map(({ recipientId }) => recipientId)).toEqual(["rcp_1"]);
  });
}
