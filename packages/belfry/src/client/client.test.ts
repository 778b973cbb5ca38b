import { afterEach, describe, expect, test } from "vitest";
import { createApiRig, KEYS } from "../http/app-fixture.ts";
import { type Listening, serve } from "../http/server.ts";
import { ApiError, UnreachableError } from "./api-error.ts";
import { createClient } from "./client.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
const opened: Listening[] = [];

async function clientOf(key: string = KEYS.admin) {
  const rig = await createApiRig();
  const listening = await serve({ app: rig.app, host: "127.0.0.1", port: 0 });
  opened.push(listening);
  return { rig, listening, client: createClient({ url: `${listening.url}/`, key }) };
}

/** A `fetch` that fails as told before it passes calls on; it keeps the keys it saw. */
function failing(failures: Error[]) {
  const keys: (string | null)[] = [];
  const send: typeof fetch = (url, init) => {
    keys.push(new Headers(init?.headers).get("idempotency-key"));
    const failure = failures.shift();
    return failure ? Promise.reject(failure) : fetch(url, init);
  };
  return { send, keys };
}

function broken(code: string): Error {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close(0)));
});

describe("createClient()", () => {
  test("refuses an address and a key that no call could be made with, and does not show the key", () => {
    const make = (url: string, key: string) => () => createClient({ url, key });
    expect(make("foo", KEYS.admin)).toThrow('Cannot make a client: url "foo" is no http or https URL');
    expect(make("ftp://127.0.0.1", KEYS.admin)).toThrow(TypeError);
    for (const key of ["", "bel_\nsecret", "bel_s\u00e9cret"])
      expect(make("http://127.0.0.1:8080", key)).toThrow(
        /^Cannot make a client: key is no API key; allowed: [^é]+$/,
      );
    expect(make("http://127.0.0.1:8080", `${KEYS.admin}\n`)).not.toThrow();
  });

  test("creates, reads, lists and cancels reminders", async () => {
    const { client } = await clientOf();
    const created = await client.reminders.create(REMINDER);
    expect(await client.reminders.get(created.id)).toEqual(created);
    expect((await client.reminders.list({ state: "active", limit: 1 })).items).toEqual([created]);
    expect(await client.reminders.cancel(created.id)).toMatchObject({ state: "cancelled", cancelled: 0 });
  });

  test("creates batches and walks over all pages", async () => {
    const { client } = await clientOf();
    const { results } = await client.reminders.createBatch(Array.from({ length: 7 }, () => REMINDER));
    expect(results.map((result) => result.status)).toEqual(Array(7).fill(201));
    const ids = new Set<string>();
    for await (const reminder of client.reminders.all({ limit: 3 })) ids.add(reminder.id);
    expect(ids.size).toBe(7);
  });

  test("creates batches that answer with ids alone when told so", async () => {
    const { client } = await clientOf();
    const { results } = await client.reminders.createBatch([REMINDER], { return: "minimal" });
    const [made] = results;
    expect(results).toEqual([{ status: 201, reminder: { id: expect.stringMatching(/^rem_/) } }]);
    const id = made?.status === 201 ? made.reminder.id : "";
    expect((await client.reminders.get(id)).id).toBe(id);
  });

  test("previews schedules", async () => {
    const { client } = await clientOf();
    const preview = await client.schedules.preview({ schedule: { cron: "0 9 * * *" }, count: 2 });
    expect(preview.occurrences).toHaveLength(2);
  });

  test("reads and retries deliveries", async () => {
    const { client, rig } = await clientOf();
    rig.outcome({ kind: "permanent", error: "gone" });
    await rig.engine.start();
    const { id } = await client.reminders.create({ ...REMINDER, schedule: { in: "PT1S" } });
    await rig.clock.advance(5_000);
    const [dead] = (await client.deliveries.list({ reminder: id })).items;
    expect(dead?.state).toBe("dead");
    expect((await client.deliveries.get(dead?.id ?? "")).story.length).toBeGreaterThan(2);
    expect((await client.deliveries.retry(dead?.id ?? "")).state).toBe("scheduled");
    await rig.engine.stop();
  });

  test("creates, changes, lists and deletes endpoints, and reads the inbox", async () => {
    const { client } = await clientOf();
    await client.endpoints.create({ name: "billing", url: "https://example.com/" });
    expect(await client.endpoints.update("billing", { state: "off" })).toMatchObject({ state: "off" });
    expect(await client.endpoints.get("billing")).toMatchObject({ state: "off", secretCount: 0 });
    expect((await client.endpoints.list()).items).toHaveLength(1);
    expect(await client.endpoints.delete("billing")).toBeNull();
    expect((await client.inbox.list()).items).toEqual([]);
  });

  test("throws ApiError with code, detail and errors when it is refused", async () => {
    const { client } = await clientOf();
    const refused = await client.reminders
      .create({ ...REMINDER, message: "" })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 400,
      code: "invalid_input",
      errors: [{ path: "/message", value: "" }],
    });
    expect(refused).toMatchObject({ message: expect.stringMatching(/^Cannot read the reminder: /) });
    await expect(client.reminders.get("rem_nope")).rejects.toMatchObject({ status: 404, errors: [] });
    const { client: stranger } = await clientOf("not-a-key");
    await expect(stranger.inbox.list()).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });

  test("throws ApiError when the answer is not Belfry's", async () => {
    const send = async () => new Response("<html>", { status: 502 });
    const client = createClient({ url: "http://127.0.0.1:1", key: "k", fetch: send });
    await expect(client.inbox.list()).rejects.toMatchObject({ status: 502, code: "unknown" });
  });

  test("repeats a call once, under the same Idempotency-Key, when its connection is reset", async () => {
    const { listening, rig } = await clientOf();
    const { send, keys } = failing([broken("ECONNRESET")]);
    const client = createClient({ url: listening.url, key: KEYS.admin, fetch: send });
    const created = await client.reminders.create(REMINDER);
    expect(keys).toHaveLength(2);
    expect(keys[0]).toBe(keys[1]);
    expect((await rig.send({ path: "/v1/reminders" })).body.items).toMatchObject([{ id: created.id }]);
  });

  test("sends no key of its own and repeats nothing when it is told not to", async () => {
    const { listening } = await clientOf();
    const { send, keys } = failing([broken("ECONNRESET")]);
    const once = { url: listening.url, key: KEYS.admin, fetch: send, repeatsWhenReset: false };
    const client = createClient(once);
    await expect(client.reminders.create(REMINDER)).rejects.toBeInstanceOf(UnreachableError);
    await client.reminders.create(REMINDER);
    await client.reminders.create(REMINDER, { idempotencyKey: "mine" });
    expect(keys).toEqual([null, null, "mine"]);
  });

  test("gives up with UnreachableError when it is reset twice, or nothing listens", async () => {
    const { send, keys } = failing([broken("ECONNRESET"), broken("ECONNRESET")]);
    const client = createClient({ url: "http://127.0.0.1:1", key: "k", fetch: send });
    await expect(client.inbox.list()).rejects.toBeInstanceOf(UnreachableError);
    expect(keys).toHaveLength(2);
    const refused = failing([broken("ECONNREFUSED")]);
    const other = createClient({ url: "http://127.0.0.1:1", key: "k", fetch: refused.send });
    await expect(other.inbox.list()).rejects.toThrow(
      /^Cannot reach Belfry at http:\/\/127.0.0.1:1: nothing listens/,
    );
    expect(refused.keys).toHaveLength(1);
  });

  test("repeats no change of a revision, for its repeat would not find that one any more", async () => {
    const { listening } = await clientOf();
    const { send, keys } = failing([broken("ECONNRESET")]);
    const client = createClient({ url: listening.url, key: KEYS.admin, fetch: send });
    const change = client.reminders.update("rem_1", { message: "Sit" }, { ifMatch: 1 });
    await expect(change).rejects.toBeInstanceOf(UnreachableError);
    expect(keys).toHaveLength(1);
  });

  test("tells when an answer is the one to an earlier request", async () => {
    const { client } = await clientOf();
    const replayed: string[] = [];
    const create = (name: string) =>
      client.reminders.create(REMINDER, { idempotencyKey: "mine", onReplayed: () => replayed.push(name) });
    await create("first");
    await create("second");
    expect(replayed).toEqual(["second"]);
  });

  test("bears the Idempotency-Key it is given", async () => {
    const { listening } = await clientOf();
    const { send, keys } = failing([]);
    const client = createClient({ url: listening.url, key: KEYS.admin, fetch: send });
    const first = await client.reminders.create(REMINDER, { idempotencyKey: "mine" });
    expect(await client.reminders.create(REMINDER, { idempotencyKey: "mine" })).toEqual(first);
    expect(keys).toEqual(["mine", "mine"]);
  });
});
