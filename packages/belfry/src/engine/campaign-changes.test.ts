import { describe, expect, test } from "vitest";
import {
  campaignRig,
  changedCampaign,
  create,
  DAILY,
  DAY,
  HOUR,
  join,
  MINUTE,
  nextOf,
  person,
  reminderFor,
  reminderOf,
  sent,
} from "./campaign-fixture.ts";
import { TENANT } from "./engine-fixture.ts";

describe("pauseCampaign()", () => {
  test("holds everything back, those who come meanwhile too, and resumeCampaign() goes on", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }));
    const campaign = await create(rig, { ...DAILY, catchUp: "none" });
    await rig.engine.start();
    await rig.clock.advance(9 * HOUR - MINUTE);
    const paused = changedCampaign(await rig.engine.pauseCampaign(TENANT, campaign.id));
    expect(paused).toMatchObject({ state: "paused", revision: 2 });
    await rig.engine.inStep();
    await join(rig, person("rcp_2", { timeZone: "UTC" }));
    await rig.engine.inStep();
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({ state: "paused" });
    expect(await reminderOf(rig, campaign, "rcp_2")).toMatchObject({ state: "paused" });
    await rig.clock.advance(DAY);
    expect(sent(rig)).toEqual([]);
    changedCampaign(await rig.engine.resumeCampaign(TENANT, campaign.id));
    await rig.engine.inStep();
    await rig.clock.advance(DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-02T09:00:00.000Z", "rcp_2 2026-03-02T09:00:00.000Z"]);
    await rig.engine.stop();
  });

  test("sends nothing from the moment it is stored, before any reminder has followed", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }));
    const campaign = await create(rig, DAILY);
    await rig.engine.start();
    await rig.clock.advance(9 * HOUR - 1_000);
    const stored = await rig.store.findCampaign(TENANT.id, campaign.id);
    if (!stored) throw new Error("Cannot test: there is no campaign");
    const walk = { after: null, lookedAt: 1, matched: 1 };
    const updatedAtMs = rig.clock.now();
    const silent = { ...stored, state: "paused" as const, revision: 2, walk, updatedAtMs };
    expect(await rig.store.writeCampaign({ campaign: silent, fromRevision: 1 })).toBe(true);
    await rig.clock.advance(HOUR);
    expect(sent(rig)).toEqual([]);
    await rig.engine.stop();
  });

  test("is not what a sender has paused: that stays so", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1"), person("rcp_2"));
    const campaign = await create(rig, DAILY);
    const { id } = await reminderOf(rig, campaign, "rcp_1");
    await rig.engine.pause(TENANT, id);
    await rig.engine.pauseCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    await rig.engine.resumeCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({ state: "paused" });
    expect(await reminderOf(rig, campaign, "rcp_2")).toMatchObject({ state: "active" });
  });

  test("lets resumeCampaign() say what becomes of what fell due meanwhile", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }));
    const campaign = await create(rig, { ...DAILY, usefulFor: "P7D" });
    await rig.engine.start();
    await rig.engine.pauseCampaign(TENANT, campaign.id);
    await rig.clock.advance(3 * DAY);
    await rig.engine.resumeCampaign(TENANT, campaign.id, { missed: "all" });
    await rig.engine.inStep();
    await rig.clock.advance(MINUTE);
    expect(sent(rig)).toHaveLength(3);
    await rig.engine.stop();
  });

  test("twice is as good as once, and neither a stopped one nor another revision is paused", async () => {
    const rig = await campaignRig();
    const campaign = await create(rig, DAILY);
    const { id } = campaign;
    expect(await rig.engine.pauseCampaign(TENANT, id, { ifRevision: [7] })).toEqual({
      kind: "stale",
      revision: 1,
    });
    await rig.engine.pauseCampaign(TENANT, id, { ifRevision: [1] });
    expect(changedCampaign(await rig.engine.pauseCampaign(TENANT, id)).revision).toBe(2);
    await rig.engine.stopCampaign(TENANT, id);
    expect(await rig.engine.pauseCampaign(TENANT, id)).toEqual({ kind: "refused", state: "stopped" });
    expect(await rig.engine.resumeCampaign(TENANT, id)).toEqual({ kind: "refused", state: "stopped" });
    expect(await rig.engine.pauseCampaign(TENANT, "cmp_none")).toEqual({ kind: "missing" });
    expect(await rig.engine.pauseCampaign({ ...TENANT, id: "tnt_other" }, id)).toEqual({ kind: "missing" });
  });
});

describe("stopCampaign()", () => {
  test("cancels what waits, and keeps no reminder any more", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }), person("rcp_2", { timeZone: "UTC" }));
    const campaign = await create(rig, DAILY);
    await rig.engine.start();
    await rig.clock.advance(9 * HOUR - MINUTE);
    const stopped = changedCampaign(await rig.engine.stopCampaign(TENANT, campaign.id));
    expect(stopped.state).toBe("stopped");
    await join(rig, person("rcp_3", { timeZone: "UTC" }));
    await rig.engine.inStep();
    await rig.clock.advance(3 * DAY);
    expect(sent(rig)).toEqual([]);
    for (const id of ["rcp_1", "rcp_2", "rcp_3"]) expect(await reminderFor(rig, campaign, id)).toBeNull();
    expect(changedCampaign(await rig.engine.stopCampaign(TENANT, campaign.id)).revision).toBe(2);
    await rig.engine.stop();
  });
});

describe("editCampaign()", () => {
  test("sends the new content without planning anything anew", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }));
    const campaign = await create(rig, DAILY);
    const before = await reminderOf(rig, campaign, "rcp_1");
    const content = { text: "Hello {{ recipient.fullName }}" };
    const edited = changedCampaign(await rig.engine.editCampaign(TENANT, campaign.id, { content }));
    expect(edited).toMatchObject({ revision: 2, walk: { after: null } });
    await rig.engine.inStep();
    expect(await reminderOf(rig, campaign, "rcp_1")).toEqual(before);
    await rig.engine.start();
    await rig.clock.advance(DAY);
    expect(rig.texts()).toEqual(["Hello John Doe"]);
    await rig.engine.stop();
  });

  test("moves all reminders to the new rule, and those alone that still match stay", async () => {
    const rig = await campaignRig();
    await join(
      rig,
      person("rcp_1", { timeZone: "UTC", tags: ["vip"] }),
      person("rcp_2", { timeZone: "UTC" }),
    );
    const campaign = await create(rig, DAILY);
    const patch = { schedule: { cron: "0 18 * * *" }, audience: { tags: ["vip"] }, usefulFor: "PT1H" };
    changedCampaign(await rig.engine.editCampaign(TENANT, campaign.id, patch));
    await rig.engine.inStep();
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2026-03-01T18:00:00.000Z");
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({
      spec: { campaignRevision: 2, policy: { usefulForMs: HOUR } },
    });
    expect(await reminderFor(rig, campaign, "rcp_2")).toBeNull();
    await rig.engine.start();
    await rig.clock.advance(DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-01T18:00:00.000Z"]);
    await rig.engine.stop();
  });

  test("sends a birthday once in its year, whatever time it is moved to", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }), person("rcp_2", { timeZone: "Asia/Tokyo" }));
    const campaign = await create(rig);
    await rig.engine.start();
    await rig.clock.advance(14 * DAY + 8 * HOUR + 30 * MINUTE);
    expect(sent(rig)).toEqual(["rcp_2 2026-03-15T00:00:00.000Z"]);
    const yearly = { on: { recipientDate: "birthday" }, time: "08:00" };
    await rig.engine.editCampaign(TENANT, campaign.id, { schedule: { yearly } });
    await rig.engine.inStep();
    await rig.clock.advance(2 * DAY);
    // 08:00 had passed for the one that was still to come: it goes out at once.
    expect(sent(rig)).toEqual(["rcp_2 2026-03-15T00:00:00.000Z", "rcp_1 2026-03-15T08:30:00.000Z"]);
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2027-03-15T08:00:00.000Z");
    await rig.engine.stop();
  });

  test("of a paused one plans without sending, and the resumed one sends as it is then", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "UTC" }));
    const campaign = await create(rig, DAILY);
    await rig.engine.start();
    await rig.engine.pauseCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    await rig.engine.editCampaign(TENANT, campaign.id, { schedule: { cron: "0 18 * * *" } });
    await rig.engine.inStep();
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({ state: "paused" });
    await rig.clock.advance(12 * HOUR);
    await rig.engine.resumeCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    await rig.clock.advance(12 * HOUR);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-01T18:00:00.000Z"]);
    await rig.engine.stop();
  });

  test("leaves it alone when it is so already, and refuses what is wrong", async () => {
    const rig = await campaignRig();
    const campaign = await create(rig, { ...DAILY, metadata: { a: "b" } });
    const same = await rig.engine.editCampaign(TENANT, campaign.id, {
      name: "Daily",
      schedule: { cron: "0 9 * * *" },
      metadata: { a: "b" },
      audience: null,
      usefulFor: null,
    });
    expect(changedCampaign(same).revision).toBe(1);
    const wrong = rig.engine.editCampaign(TENANT, campaign.id, { channels: ["pigeon"], spread: "x" });
    await expect(wrong).rejects.toMatchObject({ issues: [{ path: ["channels", 0] }, { path: ["spread"] }] });
    const schedule = rig.engine.editCampaign(TENANT, campaign.id, { schedule: { cron: "x" } });
    await expect(schedule).rejects.toMatchObject({ code: "invalid_schedule" });
    await rig.engine.stopCampaign(TENANT, campaign.id);
    const over = await rig.engine.editCampaign(TENANT, campaign.id, { name: "x" });
    expect(over).toEqual({ kind: "refused", state: "stopped" });
  });
});

describe("triggerCampaign()", () => {
  test("rings every reminder once, outside its rule", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1"), person("rcp_2"), person("rcp_3", { dates: {} }));
    const campaign = await create(rig);
    await rig.engine.start();
    const triggered = await rig.engine.triggerCampaign(TENANT, campaign.id, { key: "k1" });
    expect(changedCampaign(triggered)).toMatchObject({ revision: 1, trigger: { key: "k1" } });
    expect(await rig.engine.triggerCampaign(TENANT, campaign.id, { key: "k2" })).toEqual({ kind: "ringing" });
    await rig.engine.inStep();
    await rig.clock.advance(MINUTE);
    expect(sent(rig).map((one) => one.slice(0, 5))).toEqual(["rcp_1", "rcp_2"]);
    expect((await rig.store.findCampaign(TENANT.id, campaign.id))?.trigger).toBeNull();
    await rig.clock.advance(20 * DAY);
    expect(sent(rig)).toHaveLength(4);
    await rig.engine.stop();
  });

  test("is refused while it is paused; what a pause overtakes is held until it is resumed", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1"), person("rcp_2"));
    const campaign = await create(rig);
    await rig.engine.triggerCampaign(TENANT, campaign.id, { key: "k1" });
    await rig.engine.inStep();
    await rig.engine.pauseCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    expect(await rig.engine.triggerCampaign(TENANT, campaign.id, { key: "k2" })).toEqual({
      kind: "refused",
      state: "paused",
    });
    await rig.engine.start();
    await rig.clock.advance(HOUR);
    expect(sent(rig)).toEqual([]);
    await rig.engine.resumeCampaign(TENANT, campaign.id);
    await rig.engine.inStep();
    await rig.clock.advance(HOUR);
    expect(sent(rig)).toHaveLength(2);
    await rig.engine.stop();
  });
});

describe("a reminder of a campaign", () => {
  test("is changed and cancelled through its campaign alone; it may be paused and skipped by itself", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1"));
    const campaign = await create(rig, DAILY);
    const { id } = await reminderOf(rig, campaign, "rcp_1");
    const edit = rig.engine.edit(TENANT, id, { content: { text: "x" } });
    await expect(edit).rejects.toMatchObject({ code: "kept_by_campaign" });
    await expect(rig.engine.cancel(TENANT.id, id)).rejects.toMatchObject({ code: "kept_by_campaign" });
    expect((await rig.engine.skip(TENANT, id)).kind).toBe("changed");
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2026-03-02T14:00:00.000Z");
    expect((await rig.engine.pause(TENANT, id)).kind).toBe("changed");
  });
});
