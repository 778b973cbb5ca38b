import { describe, expect, test } from "vitest";
import {
  BIRTHDAY,
  campaignRig,
  create,
  DAILY,
  DAY,
  HOUR,
  join,
  MINUTE,
  move,
  nextOf,
  person,
  reminderFor,
  reminderOf,
  sent,
} from "./campaign-fixture.ts";
import { TENANT } from "./engine-fixture.ts";

describe("createCampaign()", () => {
  test("keeps one reminder for each recipient that matches, and sends each what it says in their zone", async () => {
    const rig = await campaignRig();
    await join(
      rig,
      person("rcp_1"),
      person("rcp_2", { timeZone: "Pacific/Auckland", firstName: "Ana" }),
      person("rcp_3", { dates: {} }),
      person("rcp_4", { tags: ["other"] }),
    );
    const campaign = await create(rig);
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2026-03-15T13:00:00.000Z");
    expect(await nextOf(rig, campaign, "rcp_2")).toBe("2026-03-14T20:00:00.000Z");
    expect(await reminderFor(rig, campaign, "rcp_3")).toBeNull();
    expect(await rig.store.findCampaign(TENANT.id, campaign.id)).toMatchObject({
      state: "active",
      walk: { after: null, lookedAt: 4, matched: 4 },
    });
    await rig.engine.start();
    await rig.clock.advance(20 * DAY);
    expect(sent(rig).sort()).toEqual([
      "rcp_1 2026-03-15T13:00:00.000Z",
      "rcp_2 2026-03-14T20:00:00.000Z",
      "rcp_4 2026-03-15T13:00:00.000Z",
    ]);
    expect(rig.texts()[0]).toBe("Hey, Ana Doe it's your birthday");
    expect(rig.faults).toEqual([]);
    await rig.engine.stop();
  });

  test("means those alone that have its tags and attributes", async () => {
    const rig = await campaignRig();
    await join(
      rig,
      person("rcp_1", { tags: ["vip", "old"], attributes: { plan: "gold" } }),
      person("rcp_2", { tags: ["vip"], attributes: { plan: "free" } }),
      person("rcp_3", { attributes: { plan: "gold" } }),
    );
    const campaign = await create(rig, { audience: { tags: ["vip"], attributes: { plan: "gold" } } });
    const has = await Promise.all(
      ["rcp_1", "rcp_2", "rcp_3"].map(async (id) => (await reminderFor(rig, campaign, id)) !== null),
    );
    expect(has).toEqual([true, false, false]);
    expect((await rig.store.findCampaign(TENANT.id, campaign.id))?.walk.matched).toBe(1);
  });

  test("sends all of it to an endpoint, for each recipient, who need no address then", async () => {
    const rig = await campaignRig();
    const endpoint = { name: "birthdays", url: "http://all.test/", secrets: [] };
    await rig.engine.createEndpoint(TENANT, endpoint);
    await join(rig, person("rcp_1", { addresses: {} }), person("rcp_2", { timeZone: "UTC" }));
    const campaign = await create(rig, { endpoint: "birthdays" });
    await rig.engine.start();
    await rig.engine.updateEndpoint(TENANT, "birthdays", { url: "http://other.test/" });
    await rig.clock.advance(13 * DAY);
    // What moves a plan moves it there too.
    await move(rig, "rcp_2", { timeZone: "America/New_York" });
    await rig.clock.advance(3 * DAY);
    const went = rig.channel.sent.map(({ userId, destination }) => [userId, destination.address]);
    expect(went.sort()).toEqual([
      ["rcp_1", "http://other.test/"],
      ["rcp_2", "http://other.test/"],
    ]);
    await rig.engine.editCampaign(TENANT, campaign.id, { endpoint: null });
    await rig.engine.inStep();
    expect(await reminderOf(rig, campaign, "rcp_2")).toMatchObject({
      spec: { target: { recipient: "rcp_2" } },
    });
    await rig.engine.stop();
  });

  test("begins with its creation: a birthday that is today rings next year once 09:00 has passed", async () => {
    const rig = await campaignRig();
    const day = { dates: { birthday: "1990-03-01" }, timeZone: "UTC" };
    await join(rig, person("rcp_1", day));
    rig.clock.jump(9 * HOUR + 1);
    const campaign = await create(rig);
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2027-03-01T09:00:00.000Z");
  });

  test("loses nothing that fell due while its recipients were still to be walked over", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { dates: { birthday: "1990-03-01" }, timeZone: "UTC" }));
    await rig.engine.inStep();
    rig.clock.jump(9 * HOUR - 1);
    const made = rig.engine.createCampaign(TENANT, BIRTHDAY);
    await made;
    rig.clock.jump(MINUTE);
    await rig.engine.inStep();
    await rig.engine.start();
    await rig.clock.advance(MINUTE);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-01T09:00:59.999Z"]);
    await rig.engine.stop();
  });

  test("rings a time that is over in one zone where it is still to come, and nowhere else", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "Pacific/Auckland" }), person("rcp_2"));
    rig.clock.jump(10 * HOUR);
    const campaign = await create(rig, { schedule: { at: "2026-03-01T09:00" } });
    expect(await reminderFor(rig, campaign, "rcp_1")).toBeNull();
    expect(await nextOf(rig, campaign, "rcp_2")).toBe("2026-03-01T14:00:00.000Z");
    const past = rig.engine.createCampaign(TENANT, { ...DAILY, schedule: { at: "2026-02-28T09:00" } });
    await expect(past).rejects.toMatchObject({
      code: "past_schedule",
      issues: [{ path: ["schedule", "at"] }],
    });
  });

  test.each([
    ["a rule of 30 February", { yearly: { on: "02-30", time: "09:00" } }, "impossible_schedule", "yearly"],
    ["an unknown zone", { cron: "0 9 * * *", timeZone: "EST" }, "unknown_time_zone", "timeZone"],
    ["a used-up rule", { cron: "0 9 * * *", until: "2020-01-01" }, "exhausted_schedule", "cron"],
    [
      "a used-up rule of a date",
      { yearly: { on: { recipientDate: "birthday" }, time: "09:00" }, until: "2026-01-01" },
      "exhausted_schedule",
      "yearly",
    ],
    ["no schedule", 7, "invalid_schedule", undefined],
    ["a date without a name", { yearly: { on: {}, time: "09:00" } }, "invalid_schedule", "yearly"],
  ])("refuses %s", async (_name, schedule, code, field) => {
    const rig = await campaignRig();
    const refused = rig.engine.createCampaign(TENANT, { ...BIRTHDAY, schedule });
    const path = ["schedule", ...(field === undefined ? [] : [field])];
    await expect(refused).rejects.toMatchObject({ code });
    await refused.catch(({ issues }) => expect(issues[0].path.slice(0, path.length)).toEqual(path));
  });

  test("refuses every other thing that is wrong, each by its name, and stores nothing", async () => {
    const rig = await campaignRig();
    const refused = rig.engine.createCampaign(TENANT, {
      ...BIRTHDAY,
      content: { text: "{{ recipient.fistName }}" },
      channels: ["webhook", "pigeon"],
      usefulFor: "soon",
      retry: { maxAttempts: 0 },
      eventsWithin: "P999D",
      repeat: { every: "PT10M", max: 1, escalation: { after: 1, to: { endpoint: "nobody" } } },
    });
    await expect(refused).rejects.toMatchObject({
      code: "invalid_input",
      issues: [
        { path: ["content", "text"], value: "recipient.fistName" },
        { path: ["channels", 1], value: "pigeon" },
        { path: ["usefulFor"], value: "soon" },
        { path: ["retry", "maxAttempts"], value: 0 },
        { path: ["eventsWithin"], value: "P999D" },
        { path: ["repeat", "escalation", "to", "endpoint"], value: "nobody" },
      ],
    });
    const page = { tenantId: TENANT.id, limit: 10, after: undefined };
    expect((await rig.store.listCampaigns(page)).items).toEqual([]);
  });
});

describe("a recipient", () => {
  test("who comes later has a reminder at once; one who is deleted has none any more", async () => {
    const rig = await campaignRig();
    const campaign = await create(rig, DAILY);
    await join(rig, person("rcp_1"));
    await rig.engine.inStep();
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2026-03-01T14:00:00.000Z");
    await rig.store.deleteRecipient({ tenantId: TENANT.id, id: "rcp_1", nowMs: rig.clock.now() });
    await rig.engine.inStep();
    expect(await reminderFor(rig, campaign, "rcp_1")).toBeNull();
    await rig.engine.start();
    await rig.clock.advance(2 * DAY);
    expect(sent(rig)).toEqual([]);
    await rig.engine.stop();
  });

  test("who leaves and comes back goes on as the same, and what was sent never rings again", async () => {
    const rig = await campaignRig({ retentionMs: DAY });
    await join(rig, person("rcp_1", { tags: ["vip"] }));
    const campaign = await create(rig, { audience: { tags: ["vip"] } });
    await rig.engine.start();
    await rig.clock.advance(15 * DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-15T13:00:00.000Z"]);
    await move(rig, "rcp_1", { tags: [] });
    expect(await reminderFor(rig, campaign, "rcp_1")).toBeNull();
    // The history is gone by then.
    await rig.clock.advance(40 * DAY);
    await move(rig, "rcp_1", { tags: ["vip"], dates: { birthday: "1990-06-01" } });
    await rig.clock.advance(100 * DAY);
    expect(sent(rig)).toHaveLength(1);
    await rig.clock.advance(310 * DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-15T13:00:00.000Z", "rcp_1 2027-06-01T13:00:00.000Z"]);
    await rig.engine.stop();
  });

  test("who leaves takes what waits along, and gets it when they are back in time", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { tags: ["vip"], timeZone: "UTC" }));
    const campaign = await create(rig, { ...DAILY, audience: { tags: ["vip"] } });
    await rig.engine.start();
    await rig.clock.advance(9 * HOUR - 5 * MINUTE);
    const before = await reminderOf(rig, campaign, "rcp_1");
    await move(rig, "rcp_1", { tags: [] });
    expect(await rig.store.findOpenDeliveries(TENANT.id, before.id)).toEqual([]);
    await move(rig, "rcp_1", { tags: ["vip"] });
    expect((await reminderOf(rig, campaign, "rcp_1")).epoch).toBeGreaterThan(before.epoch);
    await rig.clock.advance(DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-01T09:00:00.000Z"]);
    await rig.clock.advance(DAY);
    expect(sent(rig)).toHaveLength(2);
    await rig.engine.stop();
  });

  test("who is away while one is being sent has a new one that goes on after it", async () => {
    const rig = await campaignRig();
    const answers: (() => void)[] = [];
    rig.channel.answer = () => new Promise((resolve) => answers.push(() => resolve({ kind: "delivered" })));
    await join(rig, person("rcp_1", { tags: ["vip"], timeZone: "UTC" }));
    const campaign = await create(rig, { ...DAILY, audience: { tags: ["vip"] } });
    await rig.engine.start();
    await rig.clock.advance(9 * HOUR + 1_000);
    await move(rig, "rcp_1", { tags: [] });
    await move(rig, "rcp_1", { tags: ["vip"] });
    expect(await reminderFor(rig, campaign, "rcp_1")).toMatchObject({ state: "active" });
    rig.channel.answer = () => ({ kind: "delivered" });
    for (const answer of answers) answer();
    await rig.clock.advance(DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-01T09:00:00.000Z", "rcp_1 2026-03-02T09:00:00.000Z"]);
    expect(rig.faults).toEqual([]);
    await rig.engine.stop();
  });

  test("who moves zone, or whose date is changed, gets exactly one a year", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { timeZone: "Pacific/Auckland" }), person("rcp_2"));
    const campaign = await create(rig);
    await rig.engine.start();
    await rig.clock.advance(13 * DAY + 21 * HOUR);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-14T20:00:00.000Z"]);
    await move(rig, "rcp_1", { timeZone: "America/New_York" });
    // What this moves into the past was not sent, and goes out at once.
    await move(rig, "rcp_2", { dates: { birthday: "1990-03-10" } });
    await rig.clock.advance(5 * DAY);
    expect(sent(rig)).toEqual(["rcp_1 2026-03-14T20:00:00.000Z", "rcp_2 2026-03-14T21:00:00.000Z"]);
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2027-03-15T13:00:00.000Z");
    expect(await nextOf(rig, campaign, "rcp_2")).toBe("2027-03-10T14:00:00.000Z");
    await rig.engine.stop();
  });

  test("who loses their date waits where they stand, and goes on with the next one", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1"));
    const campaign = await create(rig);
    await move(rig, "rcp_1", { dates: {} });
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({
      state: "paused",
      spec: { planned: { waitsFor: "birthday" } },
    });
    await rig.engine.inStep();
    await move(rig, "rcp_1", { dates: { birthday: "--04-02" } });
    expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({ state: "active" });
    expect(await nextOf(rig, campaign, "rcp_1")).toBe("2026-04-02T13:00:00.000Z");
  });

  test("who was born on 29 February has it on the day that the campaign says in common years", async () => {
    const rig = await campaignRig();
    await join(rig, person("rcp_1", { dates: { birthday: "2000-02-29" }, timeZone: "UTC" }));
    const early = await create(rig);
    const yearly = { on: { recipientDate: "birthday" }, time: "09:00", leapDay: "mar-1" };
    const late = await create(rig, { schedule: { yearly } });
    expect(await nextOf(rig, early, "rcp_1")).toBe("2027-02-28T09:00:00.000Z");
    expect(await nextOf(rig, late, "rcp_1")).toBe("2026-03-01T09:00:00.000Z");
    await rig.engine.start();
    await rig.clock.advance(3 * 365 * DAY + 12 * HOUR);
    const days = rig.channel.sent.map(({ dueMs }) => new Date(dueMs).toISOString().slice(0, 10));
    expect(days).toEqual([
      "2026-03-01",
      "2027-02-28",
      "2027-03-01",
      "2028-02-29",
      "2028-02-29",
      "2029-02-28",
    ]);
    await rig.engine.stop();
  });
});
