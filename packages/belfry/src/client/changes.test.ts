import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ApiRig, createApiRig, KEYS } from "../http/app-fixture.ts";
import { type Listening, serve } from "../http/server.ts";
import { type Client, createClient } from "./client.ts";

const DAILY = { schedule: { cron: "0 9 * * *" }, to: { channel: "inbox" }, message: "Ring" };

let rig: ApiRig;
let listening: Listening;
let client: Client;

beforeEach(async () => {
  rig = await createApiRig();
  listening = await serve({ app: rig.app, host: "127.0.0.1", port: 0 });
  client = createClient({ url: listening.url, key: KEYS.admin });
});

afterEach(() => listening.close(0));

describe("client.reminders", () => {
  test("changes what is given, as long as the revision fits", async () => {
    const { id, revision } = await client.reminders.create(DAILY);
    const changed = await client.reminders.update(id, { message: "Sit" }, { ifMatch: revision });
    expect(changed).toMatchObject({ revision: revision + 1, content: { text: "Sit" }, inFlight: 0 });
    const late = client.reminders.update(id, { message: "Stand" }, { ifMatch: revision });
    await expect(late).rejects.toMatchObject({ status: 412, code: "precondition_failed" });
    await expect(client.reminders.cancel(id, { ifMatch: revision })).rejects.toMatchObject({ status: 412 });
    expect(await client.reminders.get(id)).toMatchObject({ state: "active", content: { text: "Sit" } });
  });

  test("pauses, resumes, skips and looks ahead", async () => {
    const { id } = await client.reminders.create(DAILY);
    expect((await client.reminders.pause(id)).state).toBe("paused");
    expect((await client.reminders.resume(id, { missed: "none" })).state).toBe("active");
    const nominals = (await client.reminders.occurrences(id, 3)).map(({ nominal }) => nominal);
    expect(nominals).toEqual(["2026-03-01T09:00", "2026-03-02T09:00", "2026-03-03T09:00"]);
    expect((await client.reminders.skip(id)).skipped.nominal).toBe(nominals[0]);
    expect((await client.reminders.skip(id, { occurrence: "2026-03-03T09:00" })).skipped.due).toBe(
      "2026-03-03T08:00:00Z",
    );
    const [first, second] = await client.reminders.occurrences(id);
    expect([first?.nominal, second?.nominal]).toEqual(["2026-03-02T09:00", "2026-03-04T09:00"]);
  });

  test("rings by hand, once for each key", async () => {
    const { id } = await client.reminders.create(DAILY);
    const rung = await client.reminders.trigger(id, { idempotencyKey: "now" });
    expect(rung).toMatchObject({ reminderId: id, kind: "trigger" });
    expect(await client.reminders.trigger(id, { idempotencyKey: "now" })).toEqual(rung);
    const later = await client.reminders.snooze(id, { for: "PT10M" });
    expect(later).toMatchObject({ kind: "snooze", due: "2026-03-01T00:10:00Z" });
    const until = await client.deliveries.snooze(rung.id, { until: "2026-03-01T02:00:00Z" });
    expect(until).toMatchObject({ reminderId: id, due: "2026-03-01T02:00:00Z" });
  });
});

describe("client.deliveries.retryAll()", () => {
  test("counts, and sends again what a filter means", async () => {
    rig.outcome({ kind: "permanent", error: "gone for good" });
    await rig.engine.start();
    await client.reminders.createBatch(
      Array.from({ length: 3 }, () => ({ ...DAILY, schedule: { in: "PT1S" } })),
    );
    await rig.clock.advance(5_000);
    const filter = { error: "GOOD" };
    expect(await client.deliveries.retryAll({ filter, dryRun: true })).toEqual({
      matched: 3,
      isExact: true,
      retried: 0,
      dryRun: true,
    });
    expect(await client.deliveries.retryAll({ filter, limit: 2 })).toMatchObject({ matched: 3, retried: 2 });
    expect(await client.deliveries.retryAll({ filter: { error: "timeout" } })).toMatchObject({ matched: 0 });
    await rig.engine.stop();
  });
});

describe("client.stats() and client.events()", () => {
  test("tell how it goes, and what happened since the beginning", async () => {
    const { id } = await client.reminders.create(DAILY);
    await client.reminders.pause(id);
    expect((await client.stats()).reminders).toMatchObject({ paused: 1 });
    const types: string[] = [];
    for await (const event of client.events({ after: "start", reminder: id })) {
      types.push(event.type);
      if (event.type === "reminder.paused") break;
    }
    expect(types).toEqual(["reminder.accepted", "reminder.paused"]);
  });

  test("refuse a place that is none", async () => {
    const events = client.events({ after: "nowhere" });
    await expect(events.next()).rejects.toMatchObject({ status: 400, errors: [{ path: "/after" }] });
  });
});
