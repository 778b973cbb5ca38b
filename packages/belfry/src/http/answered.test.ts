import { describe, expect, test } from "vitest";
import type { Answered } from "./answered.ts";
import { createApiRig, TENANT } from "./app-fixture.ts";

async function heard(work: (rig: Awaited<ReturnType<typeof createApiRig>>) => Promise<void>) {
  const answers: Answered[] = [];
  const rig = await createApiRig({ onAnswered: (answered) => answers.push(answered) });
  await work(rig);
  return answers;
}

describe("onAnswered()", () => {
  test("onAnswered() hears the route, never the path or its query, when a request is answered", async () => {
    const headers = { "x-request-id": "mine" };
    const answers = await heard(async ({ send }) => {
      await send({ path: "/v1/reminders?state=active", headers });
      await send({ path: "/v1/reminders/rem_unknown", headers });
    });
    const expected = { method: "GET", durationMs: 0, requestId: "mine", tenantId: TENANT.id };
    expect(answers).toEqual([
      { ...expected, route: "/v1/reminders", status: 200 },
      { ...expected, route: "/v1/reminders/{id}", status: 404 },
    ]);
  });

  test("onAnswered() hears no tenant when nobody was let in, and no route when there is none", async () => {
    const answers = await heard(async ({ send }) => {
      await send({ path: "/v1/reminders", key: null });
      await send({ path: "/v1/nothing/rem_1" });
      await send({ method: "PUT", path: "/v1/reminders" });
      await send({ method: "OPTIONS", path: "/v1/reminders" });
    });
    expect(answers.map(({ route, status, tenantId }) => ({ route, status, tenantId }))).toEqual([
      { route: "/v1/reminders", status: 401, tenantId: null },
      { route: null, status: 404, tenantId: null },
      { route: null, status: 405, tenantId: null },
      { route: null, status: 204, tenantId: null },
    ]);
  });

  test("onAnswered() hears of a fault of Belfry's own as the caller does", async () => {
    const store = { listReminders: () => Promise.reject(new TypeError("a slip")) };
    const answers: Answered[] = [];
    const { send } = await createApiRig({ store, onAnswered: (answered) => answers.push(answered) });
    expect(await send({ path: "/v1/reminders" })).toMatchObject({ status: 500 });
    expect(answers).toMatchObject([{ route: "/v1/reminders", status: 500 }]);
  });
});
