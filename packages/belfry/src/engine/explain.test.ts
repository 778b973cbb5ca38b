import { describe, expect, test } from "vitest";
import type { DeliveryExplained, ReminderExplained } from "../domain/explanation.ts";
import { deliverySentences, reminderSentences } from "../domain/explanation-words.ts";
import { zoneDataVersion } from "../time/schedule.ts";
import { createRig, type Rig, START, TENANT } from "./engine-fixture.ts";
import { createPeople, type People } from "./people-fixture.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SLOW = { tickMs: HOUR, nearWindowMs: 2 * HOUR };
const ZONE_DATA = zoneDataVersion();

type On = Pick<Rig | People, "engine" | "store">;

async function reminder({ engine }: On, id: string, occurrence?: string): Promise<ReminderExplained> {
  const explained = await engine.explainReminder({ tenantId: TENANT.id, id, occurrence });
  if (!explained) throw new Error("Cannot test: there is no such reminder");
  return explained;
}

async function deliveries({ engine, store }: On): Promise<DeliveryExplained[]> {
  const page = { tenantId: TENANT.id, limit: 100, after: undefined };
  const { items } = await store.listDeliveries({ ...page, reminderId: undefined, state: undefined });
  const all = await Promise.all(items.reverse().map(({ id }) => engine.explainDelivery(TENANT.id, id)));
  return all.filter((one) => one !== null);
}

async function delivery(on: On): Promise<DeliveryExplained> {
  const [one] = await deliveries(on);
  if (!one) throw new Error("Cannot test: there is no delivery");
  return one;
}

const textOf = (explained: DeliveryExplained) => deliverySentences(explained).join("\n");

describe("explainReminder()", () => {
  test("tells the rule, whose zone it is read in, and how a skipped and a repeated time were read", async () => {
    const people = await createPeople("sqlite", SLOW);
    await people.put("rcp_ada", { timeZone: "Europe/Berlin" });
    const schedule = { rrule: "FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU", start: "2026-03-29T02:30" };
    const id = await people.accept({ schedule });
    const explained = await reminder(people, id);
    expect(explained).toMatchObject({
      rule: { timeZone: "Europe/Berlin", zoneOf: "recipient", zoneData: ZONE_DATA },
      recipient: { id: "rcp_ada", epoch: 0, plannedEpoch: 0 },
      outlook: { kind: "rings" },
      coming: [
        {
          occurrence: { nominal: "2026-03-29T02:30", resolution: { kind: "gap", zoneData: ZONE_DATA } },
          local: { time: "2026-03-29T03:30", timeZone: "Europe/Berlin" },
          dueNowMs: null,
        },
        { occurrence: { nominal: "2026-10-25T02:30", resolution: { kind: "fold" } } },
        {},
        {},
        {},
      ],
    });
    const text = reminderSentences(explained).join("\n");
    expect(text).toContain("Europe/Berlin (the recipient's zone, since the rule names none).");
    expect(text).toContain(
      "Next: the rule says 2026-03-29T02:30 (2026-03-29T02:30 is skipped in Europe/Berlin",
    );
    expect(text).toContain(`which is 2026-03-29T03:30 in Europe/Berlin, by zone data ${ZONE_DATA}.`);
    await people[Symbol.asyncDispose]();
  });

  test("tells what delays what is to come: spread, quiet hours, and that it would expire by them", async () => {
    await using people = await createPeople("sqlite", SLOW);
    await people.put("rcp_ada", { quietHours: { from: "22:00", to: "07:00" } });
    const schedule = { cron: "30 23 * * *" };
    const late = await people.accept({ schedule, spread: "PT10M" });
    const [held] = (await reminder(people, late)).coming;
    expect(held).toMatchObject({ sendAtMs: START + DAY + 7 * HOUR, expires: false, deliveryId: null });
    expect(held?.delays).toEqual([
      expect.stringMatching(/^a spread puts it \d.* after it is due$/),
      "quiet hours hold it back until 2026-03-02T07:00:00Z",
    ]);
    const short = await reminder(people, await people.accept({ schedule, usefulFor: "PT1H" }));
    expect(short.coming[0]).toMatchObject({ expires: true });
    expect(reminderSentences(short).join("\n")).toContain("It expires then: quiet hours hold it back until");
    const urgent = await reminder(people, await people.accept({ schedule, urgent: true }));
    expect(urgent.coming[0]).toMatchObject({ sendAtMs: START + 23.5 * HOUR, delays: [] });
  });

  test("tells why nothing rings: paused, waiting for a date, finished, cancelled, its recipient deleted", async () => {
    await using people = await createPeople("sqlite", SLOW);
    await people.put("rcp_ada", { dates: { birthday: "--03-15" } });
    const yearly = { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } };
    const birthday = await people.accept({ schedule: yearly });
    const daily = await people.accept({ schedule: { cron: "0 9 * * *" } });
    const once = await people.accept({ schedule: { in: "PT1M" } });
    await people.engine.start();
    await people.clock.advance(HOUR);
    expect((await reminder(people, once)).outlook.kind).toBe("finished");
    expect((await reminder(people, birthday)).rule.text).toContain("every year on 15 March at 09:00");
    await people.engine.pause(TENANT, daily);
    expect(await reminder(people, daily)).toMatchObject({ outlook: { kind: "paused" }, coming: [] });
    await people.change("rcp_ada", { dates: {} });
    await people.engine.inStep();
    const waiting = await reminder(people, birthday);
    expect(waiting.outlook).toEqual({
      kind: "waits-for-date",
      text: 'It waits for a date: its recipient has no "birthday". It rings once that is there.',
    });
    expect(waiting.coming).toEqual([]);
    await people.engine.cancel(TENANT.id, daily);
    expect((await reminder(people, daily)).outlook.kind).toBe("cancelled");
    await people.remove("rcp_ada");
    expect((await reminder(people, birthday)).outlook.kind).toBe("recipient-deleted");
    expect(await people.engine.explainReminder({ tenantId: "tnt_other", id: daily })).toBeNull();
  });

  test("answers for one occurrence: to come, left out, before, none of the rule's, and what it became", async () => {
    const rig = createRig(SLOW);
    await rig.engine.start();
    const id = await rig.accept({ schedule: { cron: "0 9 * * *" } });
    await rig.engine.skip(TENANT, id, { occurrence: "2026-03-05T09:00" });
    await rig.clock.advance(34 * HOUR);
    const asked = async (occurrence: string) => (await reminder(rig, id, occurrence)).asked;
    expect(await asked("2026-03-04T09:00")).toMatchObject({ kind: "to-come", deliveryIds: [] });
    expect(await asked("2026-03-05T09:00")).toMatchObject({
      kind: "skipped",
      text: "It was left out by hand.",
    });
    expect(await asked("2026-02-20T09:00")).toMatchObject({ kind: "before" });
    expect(await asked("2026-03-04T10:00")).toEqual({
      kind: "not-of-the-rule",
      text: "The rule does not ring at 2026-03-04T10:00: those around it are 2026-03-04T09:00 and 2026-03-05T09:00.",
      happened: null,
      deliveryIds: [],
    });
    const [first] = await deliveries(rig);
    expect(await asked("2026-03-01T09:00")).toEqual({
      kind: "delivery",
      text: `It became ${first?.deliveryId}. It was delivered at 2026-03-01T09:00:00Z.`,
      happened: first?.happened,
      deliveryIds: [first?.deliveryId],
    });
    await expect(reminder(rig, id, "soon")).rejects.toMatchObject({
      issues: [{ path: ["occurrence"], value: "soon", message: "is no time" }],
    });
  });

  test("says honestly what it does not know of what was missed", async () => {
    const rig = createRig();
    const id = await rig.accept({ schedule: { cron: "0 * * * *" } });
    rig.clock.jump(5 * HOUR + 10 * MINUTE);
    await rig.engine.start();
    await rig.clock.advance(MINUTE);
    const missed = (await reminder(rig, id, "2026-03-01T03:00")).asked;
    expect(missed).toMatchObject({ kind: "nothing-kept" });
    expect(missed?.text).toContain("(catchUp is latest)");
    const stands = await reminder(rig, id, "2026-03-01T05:00");
    expect(stands.asked?.kind).toBe("delivery");
  });
});

describe("explainDelivery()", () => {
  test("tells each attempt, its lateness, and what becomes of it until it is delivered", async () => {
    const rig = createRig();
    rig.channel.answer = ({ attempt }) =>
      attempt === 1
        ? { kind: "retryable", error: "no answer", retryAfterMs: 5 * MINUTE }
        : { kind: "delivered" };
    await rig.accept({ schedule: { at: "2026-03-01T00:10:00Z" } });
    expect(await delivery(rig)).toMatchObject({ fate: { kind: "waits" }, latenessMs: null, attempts: [] });
    await rig.engine.start();
    await rig.clock.advance(12 * MINUTE);
    const failed = await delivery(rig);
    expect(failed.fate).toEqual({
      kind: "retries",
      text: "It failed 1 of 5 attempts and is tried again at 2026-03-01T00:15:00Z: no answer.",
    });
    await rig.clock.advance(HOUR);
    const sent = await delivery(rig);
    expect(sent).toMatchObject({ fate: { kind: "delivered" }, latenessMs: 5 * MINUTE });
    expect(textOf(sent).split("\n")).toEqual([
      `${sent.deliveryId} is an occurrence of ${sent.reminderId}, which rings once at 2026-03-01T00:10:00Z.`,
      "The rule said 2026-03-01T00:10:00Z: due 2026-03-01T00:10:00Z, which is 2026-03-01T00:10 in UTC.",
      "Its reminder was accepted at 2026-03-01T00:00:00Z, and it became a delivery at 2026-03-01T00:00:00Z, by revision 1 of the reminder.",
      "Attempt 1 at 2026-03-01T00:10:00Z failed after 0 ms: no answer.",
      "Attempt 2 at 2026-03-01T00:15:00Z delivered it after 0 ms.",
      "That was 5 minutes after it was due.",
      "It was delivered at 2026-03-01T00:15:00Z.",
    ]);
  });

  test("tells what holds it back, by quiet hours, and that it was held back once it is sent", async () => {
    await using people = await createPeople("sqlite", SLOW);
    await people.put("rcp_ada", {
      addresses: { sms: "+1" },
      quietHours: { from: "22:00", to: "07:00", days: [7] },
    });
    await people.engine.start();
    await people.accept({ schedule: { at: "2026-03-01T23:30" } });
    await people.clock.advance(DAY);
    const held = await delivery(people);
    expect(held.fate).toEqual({
      kind: "held-back",
      text: "It is held back until 2026-03-02T07:00:00Z: held back by quiet hours until 2026-03-02T07:00:00Z.",
    });
    expect(textOf(held)).toContain("their quiet hours are 22:00 to 07:00 from Sunday.");
    await people.clock.advance(DAY);
    const sent = await delivery(people);
    expect(sent).toMatchObject({ fate: { kind: "delivered" }, latenessMs: 7.5 * HOUR });
    expect(textOf(sent)).toContain("About it: held back by quiet hours until 2026-03-02T07:00:00Z.");
    await people.remove("rcp_ada");
    expect(textOf(await delivery(people))).toContain("It is for rcp_ada, who was deleted.");
  });

  test("tells with what of its recipient and by which revision it was planned, and that a move withdrew it", async () => {
    await using people = await createPeople("sqlite", SLOW);
    await people.put("rcp_ada", { addresses: { sms: "+1" }, timeZone: "Europe/Berlin" });
    people.answer = () => ({ kind: "retryable", error: "no answer", retryAfterMs: 6 * HOUR });
    await people.engine.start();
    const id = await people.accept({ schedule: { cron: "0 9 * * *" } });
    await people.clock.advance(8 * HOUR + MINUTE);
    await people.change("rcp_ada", { addresses: { sms: "+2" } });
    await people.engine.inStep();
    const followed = await delivery(people);
    expect(followed).toMatchObject({
      recipient: { epoch: 1, plannedEpoch: 1 },
      plan: { epoch: 1, epochNow: 1 },
    });
    await people.engine.edit(TENANT, id, { schedule: { cron: "0 10 * * *" } });
    const withdrawn = await delivery(people);
    expect(withdrawn.fate).toMatchObject({ kind: "cancelled", text: expect.stringContaining("was changed") });
    expect(withdrawn.plan).toMatchObject({ epoch: 1, epochNow: 2 });
    expect(textOf(withdrawn)).toContain("The reminder has revision 3 now.");
  });

  test("tells what is dead, expired or acknowledged, and what follows what is open", async () => {
    const rig = createRig();
    rig.channel.answer = () => ({ kind: "permanent", error: "410 Gone" });
    await rig.engine.start();
    await rig.accept({ repeat: { every: "PT10M", max: 2 } });
    expect((await delivery(rig)).onward).toEqual([
      "Unless somebody acknowledges it, it is repeated every 10 minutes, at most 2 more times.",
    ]);
    await rig.clock.advance(5 * MINUTE);
    const [dead, repeat] = await deliveries(rig);
    expect(dead?.fate.text).toMatch(/^It is dead since .*: 410 Gone\. A retry by hand sends it again\.$/);
    expect(repeat?.happened.kind).toBe("repeat");
    await rig.engine.acknowledge(TENANT.id, dead?.deliveryId ?? "");
    const [, acknowledged] = await deliveries(rig);
    expect(acknowledged).toMatchObject({
      fate: { kind: "cancelled", text: expect.stringContaining("acknowledged") },
      acknowledgement: { deliveryId: dead?.deliveryId, atMs: START + 5 * MINUTE },
    });
    expect(textOf(acknowledged as DeliveryExplained)).toContain(
      "Its occurrence was acknowledged at 2026-03-01T00:05:00Z",
    );
    expect(await rig.engine.explainDelivery("tnt_other", dead?.deliveryId ?? "")).toBeNull();
  });
});
