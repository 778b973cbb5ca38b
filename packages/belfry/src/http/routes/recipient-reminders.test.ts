import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import { errorAt, remind } from "./reminder-fixture.ts";

const ADA = {
  externalId: "user-1",
  firstName: "Ada",
  addresses: { webhook: "https://one.test/" },
  timeZone: "Europe/Paris",
};
const DAILY = {
  schedule: { cron: "0 9 * * *" },
  to: { recipient: "user-1" },
  message: "Morning, {{ recipient.firstName }}",
};

async function withAda(): Promise<ApiRig & { id: string }> {
  const rig = await createApiRig();
  const { body } = await rig.send({ method: "POST", path: "/v1/recipients", body: ADA });
  return { ...rig, id: String(body.id) };
}

describe("a reminder to a recipient", () => {
  test("is accepted by their id or the externalId, in their zone, and follows them when they move", async () => {
    const rig = await withAda();
    const path = await remind(rig, DAILY);
    await remind(rig, { ...DAILY, to: { recipient: rig.id, channels: ["webhook"], mode: "first" } });
    const before = await rig.send({ path });
    expect(before.body).toMatchObject({
      to: { recipient: rig.id },
      recipientId: rig.id,
      timeZone: "Europe/Paris",
      next: { due: "2026-03-01T08:00:00Z" },
    });
    await rig.send({
      method: "PATCH",
      path: "/v1/recipients/user-1",
      body: { timeZone: "America/New_York" },
    });
    await rig.engine.inStep();
    expect((await rig.send({ path })).body).toMatchObject({ next: { due: "2026-03-01T14:00:00Z" } });
    expect(rig.logged).toEqual([]);
  });

  test.each([
    ["nobody", { recipient: "user-9" }, "/to/recipient"],
    ["a channel that is not there", { recipient: "user-1", channels: ["pigeon"] }, "/to/channels/0"],
    [
      "a channel on which they have no address",
      { recipient: "user-1", channels: ["webhook", "pigeon"] },
      "/to/channels/1",
    ],
    ["a channel beside", { recipient: "user-1", channel: "inbox" }, "/to/channel"],
    ["a channel twice", { recipient: "user-1", channels: ["webhook", "webhook"] }, "/to/channels/1"],
  ])("is refused for %s", async (_name, to, path) => {
    const rig = await withAda();
    const got = await rig.send({ method: "POST", path: "/v1/reminders", body: { ...DAILY, to } });
    expect(got.status).toBe(400);
    expect(errorAt(got, path), JSON.stringify(got.body)).toBeDefined();
  });

  test("never is to another tenant's recipient", async () => {
    const rig = await withAda();
    for (const recipient of ["user-1", rig.id]) {
      const body = { ...DAILY, to: { recipient } };
      const got = await rig.send({ method: "POST", path: "/v1/reminders", body, key: "stranger" });
      expect(errorAt(got, "/to/recipient")).toMatchObject({ message: "names no recipient" });
    }
  });
});

describe("DELETE /v1/recipients/{id}", () => {
  test("cancels what waits before it answers, and erases who they were from the history", async () => {
    const rig = await withAda();
    await rig.engine.start();
    const soon = await remind(rig, {
      ...DAILY,
      schedule: { in: "PT1S" },
      message: "Hey {{ recipient.firstName }}",
    });
    await rig.clock.advance(2_000);
    rig.outcome({ kind: "permanent", error: "https://one.test/ is gone" });
    await remind(rig, { ...DAILY, schedule: { in: "PT1S" } });
    await rig.clock.advance(2_000);
    const daily = await remind(rig, DAILY);
    const near = await remind(rig, { ...DAILY, schedule: { every: "PT5M" } });
    expect((await rig.send({ method: "DELETE", path: "/v1/recipients/user-1" })).status).toBe(204);
    for (const path of [daily, near])
      expect((await rig.send({ path })).body).toMatchObject({ state: "cancelled" });
    expect((await rig.send({ path: "/v1/recipients/user-1" })).status).toBe(404);
    await rig.engine.inStep();
    await rig.clock.advance(600_000);
    const { body } = await rig.send({ path: "/v1/deliveries" });
    const items = body.items as { id: string; state: string }[];
    expect(items.map(({ state }) => state).sort()).toContain("delivered");
    expect(items.filter(({ state }) => state === "scheduled" || state === "leased")).toEqual([]);
    const stories = await Promise.all(items.map(({ id }) => rig.send({ path: `/v1/deliveries/${id}` })));
    const told = JSON.stringify([
      body,
      stories.map((one) => one.body),
      (await rig.send({ path: soon })).body,
    ]);
    expect(told).not.toContain("one.test");
    expect(told).not.toContain("Ada");
    expect(await rig.store.listRecipientChanges(10)).toEqual([]);
    expect(rig.logged).toEqual([]);
    await rig.engine.stop();
  });

  test("is a 404 for one that is not there, and a second time", async () => {
    const { send } = await withAda();
    const request = { method: "DELETE", path: "/v1/recipients/user-1" };
    expect((await send(request)).status).toBe(204);
    expect(await send(request)).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});
