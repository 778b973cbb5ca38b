import { describe, expect, test } from "vitest";
import { createApiRig, START, TENANT } from "../app-fixture.ts";
import { inboxPageSchema } from "../schemas/inbox.ts";

describe("GET /v1/inbox", () => {
  test("list() shows what was received, latest first, of its own tenant", async () => {
    const { send, store } = await createApiRig();
    for (const deliveryId of ["dlv_1", "dlv_2"]) {
      const content = { text: deliveryId, data: { a: 1 } };
      const times = { dueMs: START, receivedAtMs: START + 5 };
      await store.putInbox({ tenantId: TENANT.id, deliveryId, reminderId: "rem_1", content, ...times });
    }
    const { status, body } = await send({ path: "/v1/inbox" });
    expect(status).toBe(200);
    expect(inboxPageSchema.parse(body)).toEqual(body);
    expect(body.items).toMatchObject([
      { deliveryId: "dlv_2", due: "2026-03-01T00:00:00Z", receivedAt: "2026-03-01T00:00:00.005Z" },
      { deliveryId: "dlv_1", content: { text: "dlv_1", data: { a: 1 } } },
    ]);
    expect((await send({ path: "/v1/inbox", key: "stranger" })).body.items).toEqual([]);
  });
});
