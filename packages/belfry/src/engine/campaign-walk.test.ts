import { expect, test } from "vitest";
import type { Campaign } from "../domain/campaign.ts";
import type { Reminder } from "../domain/reminder.ts";
import {
  BIRTHDAY,
  campaignRig,
  create,
  DAILY,
  DAY,
  HOUR,
  join,
  move,
  nextOf,
  person,
  reminderOf,
} from "./campaign-fixture.ts";
import { type Rig, TENANT } from "./engine-fixture.ts";

/** More than two pages of a walk. */
const MANY = 450;

function people(count: number): ReturnType<typeof person>[] {
  return Array.from({ length: count }, (_, n) => {
    const month = String(1 + (n % 12)).padStart(2, "0");
    const day = String(1 + (n % 28)).padStart(2, "0");
    const dates = { birthday: `1990-${month}-${day}` };
    return person(`rcp_${String(n).padStart(6, "0")}`, { dates, timeZone: n % 2 ? "UTC" : "Asia/Tokyo" });
  });
}

async function rigOf(count: number): Promise<Rig> {
  const rig = await campaignRig();
  const all = people(count);
  for (let start = 0; start < count; start += 1_000) await join(rig, ...all.slice(start, start + 1_000));
  // Nothing is to be followed any more: what is left is the walk's.
  for (;;) {
    const changes = await rig.store.listRecipientChanges(1_000);
    if (changes.length === 0) return rig;
    await rig.store.settleRecipientChanges(changes);
  }
}

async function remindersOf({ store }: Rig, { id: campaignId }: Campaign): Promise<Reminder[]> {
  return store.findRemindersOf({ tenantId: TENANT.id, campaignId, afterId: "", limit: 100_000 });
}

test("a walk goes on after a restart where it stopped, and makes nothing twice", async () => {
  const rig = await rigOf(MANY);
  const { id } = await rig.engine.createCampaign(TENANT, BIRTHDAY);
  await rig.engine.stop();
  const stopped = await rig.store.findCampaign(TENANT.id, id);
  expect(stopped?.walk).toEqual({ after: "rcp_000199", lookedAt: 200, matched: 200 });
  const next = rig.restart();
  await next.inStep();
  const done = await rig.store.findCampaign(TENANT.id, id);
  expect(done?.walk).toEqual({ after: null, lookedAt: MANY, matched: MANY });
  expect(await remindersOf(rig, done as Campaign)).toHaveLength(MANY);
  expect(rig.events.filter(({ kind }) => kind === "accepted")).toHaveLength(MANY);
  expect(rig.faults).toEqual([]);
});

test("a walk that a fault breaks off is taken up again, and goes through what it had begun", async () => {
  const rig = await rigOf(MANY);
  const { keepReminders } = rig.store;
  let calls = 0;
  rig.store.keepReminders = (keeping) => {
    calls += 1;
    if (calls === 6) return Promise.reject(new Error("the disk is full"));
    return keepReminders(keeping);
  };
  const campaign = await create(rig);
  expect(rig.faults).toEqual([`walk over the campaign ${campaign.id}: Error: the disk is full`]);
  await rig.engine.inStep();
  expect(await remindersOf(rig, campaign)).toHaveLength(MANY);
  expect((await rig.store.findCampaign(TENANT.id, campaign.id))?.walk.lookedAt).toBe(MANY);
});

test("an edit in the middle of a walk begins it anew, and every reminder is as the edit says", async () => {
  const rig = await rigOf(MANY);
  const campaign = await rig.engine.createCampaign(TENANT, DAILY);
  const { advanceCampaign } = rig.store;
  let pages = 0;
  rig.store.advanceCampaign = async (...given) => {
    pages += 1;
    if (pages === 2) await rig.engine.editCampaign(TENANT, campaign.id, { schedule: { cron: "0 18 * * *" } });
    return advanceCampaign(...given);
  };
  await rig.engine.inStep();
  const reminders = await remindersOf(rig, campaign);
  expect(reminders).toHaveLength(MANY);
  expect(new Set(reminders.map(({ spec }) => JSON.stringify(spec.schedule)))).toEqual(
    new Set(['{"cron":"0 18 * * *"}']),
  );
  expect((await rig.store.findCampaign(TENANT.id, campaign.id))?.walk.lookedAt).toBe(MANY);
});

test("several engines on one store make one reminder each, and end with what was said last", async () => {
  const rig = await rigOf(MANY);
  const engines = [rig.engine, rig.restart(), rig.restart(), rig.restart()];
  const campaign = await rig.engine.createCampaign(TENANT, DAILY);
  await Promise.all([
    ...engines.map((engine) => engine.inStep()),
    engines[1]?.editCampaign(TENANT, campaign.id, { schedule: { cron: "0 18 * * *" } }),
    move(rig, "rcp_000003", { timeZone: "America/New_York" }),
    rig.store.deleteRecipient({ tenantId: TENANT.id, id: "rcp_000005", nowMs: rig.clock.now() }),
  ]);
  for (const engine of engines) await engine.inStep();
  const reminders = await remindersOf(rig, campaign);
  expect(reminders).toHaveLength(MANY - 1);
  expect(reminders.every(({ spec, state }) => "cron" in spec.schedule && state === "active")).toBe(true);
  expect(await nextOf(rig, campaign, "rcp_000003")).toBe("2026-03-01T23:00:00.000Z");
  expect(await nextOf(rig, campaign, "rcp_000001")).toBe("2026-03-01T18:00:00.000Z");
  expect(rig.faults).toEqual([]);
});

test("a recipient is out of the audience even if that is decided while they come back", async () => {
  const rig = await campaignRig();
  await join(rig, person("rcp_1", { tags: ["vip"] }));
  const campaign = await create(rig, { ...DAILY, audience: { tags: ["vip"] } });
  const { cancelReminder } = rig.store;
  let isBack = false;
  rig.store.cancelReminder = async (request) => {
    // They come back between the decision to cancel and the cancellation.
    if (!isBack) {
      isBack = true;
      const now = await rig.store.findRecipient(TENANT.id, "rcp_1");
      if (now)
        await rig.store.writeRecipients([
          { recipient: { ...now, revision: 3, tags: ["vip"] }, fromRevision: 2, isTold: false },
        ]);
    }
    return cancelReminder(request);
  };
  await move(rig, "rcp_1", { tags: [] });
  expect(isBack).toBe(true);
  expect(await reminderOf(rig, campaign, "rcp_1")).toMatchObject({ state: "active" });
});

test("a walk over 20,000 recipients holds up neither what is due nor the event loop", async () => {
  const rig = await rigOf(20_000);
  await rig.engine.start();
  await rig.accept({ schedule: { in: "PT1M" }, content: { text: "on time" } });
  const longest = watchEventLoop();
  const campaign = await rig.engine.createCampaign(TENANT, BIRTHDAY);
  // The walk has begun, and what is due meanwhile goes out.
  await rig.clock.advance(61_000);
  expect(rig.texts()).toEqual(["on time"]);
  await rig.engine.inStep();
  const { worstMs, totalMs } = longest();
  const walk = (await rig.store.findCampaign(TENANT.id, campaign.id))?.walk;
  expect(walk).toEqual({ after: null, lookedAt: 20_000, matched: 20_000 });
  expect(await remindersOf(rig, campaign)).toHaveLength(20_000);
  expect(totalMs).toBeGreaterThan(worstMs);
  // A commit of 50 reminders is the longest piece: some 10 ms.
  expect(worstMs).toBeLessThan(100);
  await rig.engine.stop();
}, 120_000);

/** How much of this thread's time one turn of the event loop took at worst, whatever else the machine does. */
function watchEventLoop(): () => { worstMs: number; totalMs: number } {
  const usedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const begunMs = usedMs();
  let lastMs = begunMs;
  let worstMs = 0;
  let isOver = false;
  const look = (): void => {
    const nowMs = usedMs();
    worstMs = Math.max(worstMs, nowMs - lastMs);
    lastMs = nowMs;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  return () => {
    isOver = true;
    return { worstMs, totalMs: lastMs - begunMs };
  };
}

test("a birthday is kept once a year by a fleet whose walk is broken off again and again", async () => {
  const rig = await rigOf(60);
  const { advanceCampaign } = rig.store;
  let tries = 0;
  rig.store.advanceCampaign = (...given) => {
    tries += 1;
    return tries < 4 ? Promise.reject(new Error("the store is away")) : advanceCampaign(...given);
  };
  await create(rig);
  await rig.engine.start();
  await rig.clock.advance(366 * DAY + HOUR);
  const byPerson = Map.groupBy(rig.channel.sent, ({ userId }) => userId);
  expect([...byPerson.values()].map((some) => some.length)).toEqual(Array(60).fill(1));
  await rig.engine.stop();
}, 60_000);
