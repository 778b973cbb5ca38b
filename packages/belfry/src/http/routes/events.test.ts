import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import { eventPageSchema, eventSchema } from "../schemas/event.ts";
import { openStream } from "../streams/stream-fixture.ts";
import { MAX_KEY_STREAMS } from "../streams/stream-slots.ts";
import { errorAt, REMINDER, remind } from "./reminder-fixture.ts";

const MINUTE = 60_000;
const ONCE = { ...REMINDER, schedule: { in: "PT1M" } };

async function pageOf(rig: ApiRig, query = "") {
  const got = await rig.send({ path: `/v1/events${query}` });
  expect(got.status, JSON.stringify(got.body)).toBe(200);
  expect(eventPageSchema.parse(got.body)).toEqual(got.body);
  return { ...eventPageSchema.parse(got.body), headers: got.headers };
}

describe("GET /v1/events", () => {
  test("lists what happened, oldest first", async () => {
    const rig = await createApiRig();
    await rig.engine.start();
    const path = await remind(rig, ONCE);
    await rig.clock.advance(2 * MINUTE);
    await remind(rig);
    const { items, nextCursor, hasGap, lastId } = await pageOf(rig);
    expect(items.map(({ type }) => type)).toEqual([
      "reminder.accepted",
      "delivery.scheduled",
      "delivery.delivered",
      "reminder.finished",
      "reminder.accepted",
    ]);
    expect(items[0]).toMatchObject({ at: "2026-03-01T00:00:00Z", deliveryId: null });
    expect(`/v1/reminders/${items[0]?.reminderId}`).toBe(path);
    expect(items[1]?.deliveryId).toMatch(/^dlv_/);
    expect({ nextCursor, hasGap, lastId }).toEqual({ nextCursor: null, hasGap: false, lastId: items[4]?.id });
    await rig.engine.stop();
  });

  test("walks through all pages when it follows the link, and goes on later from lastId", async () => {
    const rig = await createApiRig();
    for (let i = 0; i < 5; i++) await remind(rig);
    const seen: string[] = [];
    let path: string | undefined = "/v1/events?after=start&limit=2";
    let lastId = "";
    while (path !== undefined) {
      const { body, headers } = await rig.send({ path });
      const page = eventPageSchema.parse(body);
      seen.push(...page.items.map(({ id }) => id));
      lastId = page.lastId;
      path = /^<(.+)>; rel="next"$/.exec(headers.get("link") ?? "")?.[1];
    }
    expect(new Set(seen).size).toBe(5);
    expect((await pageOf(rig, `?after=${lastId}`)).items).toEqual([]);
    await remind(rig);
    expect((await pageOf(rig, `?after=${lastId}`)).items).toHaveLength(1);
    expect((await pageOf(rig, "?after=now")).items).toEqual([]);
  });

  test("tells only of the types and the reminder that are asked for", async () => {
    const rig = await createApiRig();
    const path = await remind(rig, ONCE);
    await remind(rig, ONCE);
    const id = path.split("/").at(-1);
    expect((await pageOf(rig, "?types=delivery.scheduled")).items).toHaveLength(2);
    expect((await pageOf(rig, `?reminder=${id}`)).items).toHaveLength(2);
    const both = await pageOf(rig, `?types=reminder.accepted,reminder.cancelled&reminder=${id}`);
    expect(both.items).toMatchObject([{ type: "reminder.accepted", reminderId: id }]);
  });

  test("tells of every change of a reminder", async () => {
    const rig = await createApiRig();
    const path = await remind(rig);
    for (const name of ["pause", "resume", "skip"])
      await rig.send({ method: "POST", path: `${path}/${name}` });
    await rig.send({ method: "PATCH", path, body: { message: "New" } });
    await rig.send({ method: "DELETE", path });
    const changes = ["accepted", "paused", "resumed", "skipped", "changed", "cancelled"];
    const types = (await pageOf(rig)).items.map(({ type }) => type);
    expect(types).toEqual(changes.map((name) => `reminder.${name}`));
  });

  test("tells nothing of another tenant", async () => {
    const rig = await createApiRig();
    await remind(rig);
    const { body } = await rig.send({ path: "/v1/events", key: "stranger" });
    expect(eventPageSchema.parse(body).items).toEqual([]);
    expect((await rig.send({ path: "/v1/events", key: "write" })).status).toBe(403);
  });

  test("says so when some are no longer kept", async () => {
    const rig = await createApiRig();
    await remind(rig);
    const { lastId } = await pageOf(rig);
    await remind(rig);
    rig.clock.jump(MINUTE);
    const kept = { historyBeforeMs: 0, receiptsBeforeMs: 0, sentKeysBeforeMs: 0, limit: 100 };
    await rig.store.purge({ ...kept, eventsBeforeMs: rig.clock.now() });
    expect(await pageOf(rig, `?after=${lastId}`)).toMatchObject({ items: [], hasGap: true });
    const stream = await openStream(rig, `/v1/events?after=${lastId}`);
    expect(await stream.next()).toMatchObject([{ event: "gap", data: {} }, { id: expect.any(String) }]);
    await stream.close();
  });

  test.each([
    ["?types=reminder.lost", "/types", "reminder.lost", /^some of reminder.accepted, /],
    ["?types=reminder.accepted,", "/types", "reminder.accepted,", /^some of/],
    ["?types=", "/types", "", /^some of/],
    ["?reminder=a%20b", "/reminder", "a b", "the id of a reminder; nothing fits one that is not known"],
    ["?after=soon", "/after", "soon", /^the id of an event/],
    ["?after=", "/after", "", /^the id of an event/],
    ["?cursor=soon", "/cursor", "soon", /^the id of an event/],
    ["?limit=0", "/limit", "0", "a whole number from 1 to 100"],
    ["?since=1", "/since", "1", /^only after, types, reminder/],
  ])("names the parameter when it is asked for %s", async (query, at, value, allowed) => {
    const { send } = await createApiRig();
    const got = await send({ path: `/v1/events${query}` });
    expect(got.status).toBe(400);
    expect(errorAt(got, at), JSON.stringify(got.body)).toMatchObject({
      value,
      allowed: typeof allowed === "string" ? allowed : expect.stringMatching(allowed),
    });
  });
});

describe("GET /v1/events as a stream", () => {
  test("begins now, tells what happens, and shows that it lives", async () => {
    const rig = await createApiRig();
    await remind(rig);
    const stream = await openStream(rig);
    expect(stream.status).toBe(200);
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    expect(stream.headers.get("cache-control")).toBe("no-store");
    const [start, ...others] = (await stream.next()) ?? [];
    expect(start).toEqual({ id: expect.any(String), isComment: false });
    expect(others).toEqual([]);
    const first = stream.next();
    const path = await remind(rig);
    await rig.clock.advance(1_000);
    const [told] = (await first) ?? [];
    expect(told).toMatchObject({ event: "reminder.accepted", data: { type: "reminder.accepted" } });
    expect(eventSchema.parse(told?.data)).toEqual(told?.data);
    expect(told?.id).toBe(told?.data?.id);
    expect(`/v1/reminders/${told?.data?.reminderId}`).toBe(path);
    const silence = stream.next();
    await rig.clock.advance(14_999);
    await rig.clock.advance(1);
    expect(await silence).toEqual([{ isComment: true }]);
    await stream.close();
  });

  test("goes on after the id that the header or the query names, the header first", async () => {
    const rig = await createApiRig();
    for (let i = 0; i < 3; i++) await remind(rig);
    const ids = (await pageOf(rig)).items.map(({ id }) => id);
    const idsFrom = async (path: string, headers: Record<string, string>) => {
      const stream = await openStream(rig, path, { headers });
      const blocks = (await stream.next()) ?? [];
      await stream.close();
      return blocks.filter(({ event }) => event !== undefined).map(({ id }) => id);
    };
    expect(await idsFrom(`/v1/events?after=${ids[0]}`, {})).toEqual(ids.slice(1));
    expect(await idsFrom("/v1/events", { "last-event-id": ids[1] ?? "" })).toEqual(ids.slice(2));
    expect(await idsFrom(`/v1/events?after=${ids[0]}`, { "last-event-id": ids[1] ?? "" })).toEqual(
      ids.slice(2),
    );
    expect(await idsFrom("/v1/events?after=start", {})).toEqual(ids);
  });

  test("tells only what is asked for, and still says where to come back", async () => {
    const rig = await createApiRig();
    const stream = await openStream(rig, "/v1/events?types=reminder.cancelled");
    const [start] = (await stream.next()) ?? [];
    const next = stream.next();
    const path = await remind(rig);
    await rig.clock.advance(15_000);
    const [place, comment] = (await next) ?? [];
    expect(Number(place?.id)).toBeGreaterThan(Number(start?.id));
    expect(comment).toEqual({ isComment: true });
    const cancelled = stream.next();
    await rig.send({ method: "DELETE", path });
    await rig.clock.advance(1_000);
    expect(await cancelled).toMatchObject([{ event: "reminder.cancelled" }]);
    await stream.close();
  });

  test("reads a long log in pages, one whenever the reader takes it", async () => {
    let reads = 0;
    const rig: ApiRig = await createApiRig({
      store: {
        listEvents: (request) => {
          reads += 1;
          return rig.store.listEvents(request);
        },
      },
    });
    const batch = { reminders: Array.from({ length: 500 }, () => REMINDER) };
    await rig.send({ method: "POST", path: "/v1/reminders/batch", body: batch });
    const stream = await openStream(rig, "/v1/events?after=start");
    await rig.clock.advance(MINUTE);
    expect(reads).toBe(1);
    const sizes: number[] = [];
    for (let page = 0; page < 3; page++) sizes.push((await stream.next())?.length ?? 0);
    expect(sizes).toEqual([200, 200, 100]);
    expect(reads).toBe(3);
    await stream.close();
  });

  test("ends at once when the key is revoked, and tells nothing of what comes after", async () => {
    const rig = await createApiRig();
    const made = await rig.send({ method: "POST", path: "/v1/keys", body: { name: "a", scopes: ["read"] } });
    const headers = { authorization: `Bearer ${made.body.key}` };
    const stream = await openStream(rig, "/v1/events", { headers });
    await stream.next();
    const silence = stream.next();
    await rig.clock.advance(15_000);
    expect(await silence).toMatchObject([{ isComment: true }]);
    const end = stream.next();
    await rig.send({ method: "DELETE", path: `/v1/keys/${made.body.id}` });
    await remind(rig);
    expect(await end).toBeNull();
  });

  test("ends within seconds when another process revokes the key", async () => {
    const rig = await createApiRig();
    const stream = await openStream(rig, "/v1/events", { key: "read" });
    await stream.next();
    const end = stream.next();
    await rig.clock.advance(MINUTE / 12);
    await rig.store.revokeKey({ tenantId: "tnt_test", id: "key_read", nowMs: rig.clock.now() });
    await rig.clock.advance(3_000);
    await remind(rig);
    await rig.clock.advance(1_000);
    expect(await end).toBeNull();
  });

  test("ends when the key expires", async () => {
    const rig = await createApiRig();
    const body = { name: "a", scopes: ["read"], expiresAt: "2026-03-01T00:00:02Z" };
    const made = await rig.send({ method: "POST", path: "/v1/keys", body });
    const headers = { authorization: `Bearer ${made.body.key}` };
    const stream = await openStream(rig, "/v1/events", { headers });
    await stream.next();
    const end = stream.next();
    await rig.clock.advance(2_000);
    await remind(rig);
    await rig.clock.advance(1_000);
    expect(await end).toBeNull();
  });

  test("ends when the server closes, and when the store fails", async () => {
    let isBroken = false;
    const rig: ApiRig = await createApiRig({
      store: {
        listEvents: (request) =>
          isBroken ? Promise.reject(new Error("the inside")) : rig.store.listEvents(request),
      },
    });
    const closing = new AbortController();
    const stream = await openStream(rig, "/v1/events", { closing: closing.signal });
    await stream.next();
    const end = stream.next();
    closing.abort();
    expect(await end).toBeNull();
    const late = await openStream(rig, "/v1/events", { closing: closing.signal });
    await late.next();
    expect(await late.next()).toBeNull();
    const failing = await openStream(rig);
    await failing.next();
    isBroken = true;
    const broken = failing.next();
    await remind(rig);
    await rig.clock.advance(1_000);
    expect(await broken).toBeNull();
  });

  test("answers 503 beyond so many at once of one key, until one of them goes", async () => {
    const rig = await createApiRig();
    const streams = [];
    for (let i = 0; i < MAX_KEY_STREAMS; i++) streams.push(await openStream(rig));
    expect((await rig.send({ path: "/v1/events" })).status).toBe(200);
    const headers = { accept: "text/event-stream" };
    const refused = await rig.send({ path: "/v1/events", headers });
    expect(refused).toMatchObject({ status: 503, body: { code: "too_many_streams" } });
    const others = [await openStream(rig, "/v1/events", { key: "read" })];
    others.push(await openStream(rig, "/v1/events", { key: "stranger" }));
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    await streams[0]?.close();
    await streams[0]?.close();
    const again = await openStream(rig);
    expect(again.status).toBe(200);
    expect((await rig.send({ path: "/v1/events", headers })).status).toBe(503);
    for (const stream of [...streams, ...others, again]) await stream.close();
  });

  test("is asked for by Accept alone, and takes no fields of pages", async () => {
    const rig = await createApiRig();
    const typeFor = async (accept: string) => {
      const { headers } = await rig.send({ method: "HEAD", path: "/v1/events", headers: { accept } });
      return headers.get("content-type");
    };
    expect(await typeFor("text/event-stream")).toBe("text/event-stream");
    expect(await typeFor("application/json;q=0.1, TEXT/event-stream;q=0.5")).toBe("text/event-stream");
    expect(await typeFor("*/*")).toBe("application/json");
    expect(await typeFor("text/event-stream;q=0, */*")).toBe("application/json");
    const headers = { accept: "text/event-stream" };
    const paged = await rig.send({ path: "/v1/events?limit=5&cursor=1", headers });
    expect(paged).toMatchObject({ status: 400, body: { errors: [{ path: "/limit" }, { path: "/cursor" }] } });
    const place = await rig.send({ path: "/v1/events", headers: { ...headers, "last-event-id": "x" } });
    expect(place.status).toBe(400);
    expect(errorAt(place, "/Last-Event-ID")).toMatchObject({ value: "x" });
    for (let i = 0; i < MAX_KEY_STREAMS; i++) await rig.send({ path: "/v1/events?after=soon", headers });
    expect((await openStream(rig)).status).toBe(200);
  });
});
