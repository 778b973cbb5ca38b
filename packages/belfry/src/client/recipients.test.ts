import { afterEach, describe, expect, test } from "vitest";
import { createApiRig, KEYS } from "../http/app-fixture.ts";
import { type Listening, serve } from "../http/server.ts";
import { createClient } from "./client.ts";

const opened: Listening[] = [];

async function clientOf() {
  const rig = await createApiRig();
  const listening = await serve({ app: rig.app, host: "127.0.0.1", port: 0 });
  opened.push(listening);
  return createClient({ url: listening.url, key: KEYS.admin });
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((listening) => listening.close(0)));
});

describe("createClient().recipients", () => {
  test("creates, reads, replaces, updates and deletes, by either id", async () => {
    const { recipients } = await clientOf();
    const ada = await recipients.create({
      externalId: "u/1",
      firstName: "Ada",
      dates: { birthday: "--02-29" },
    });
    expect(await recipients.get("u/1")).toEqual(ada);
    const updated = await recipients.update(
      ada.id,
      { dates: { birthday: null }, tags: ["x"] },
      { ifMatch: 1 },
    );
    expect(updated).toMatchObject({ dates: {}, tags: ["x"], revision: 2 });
    await expect(recipients.update("u/1", { tags: [] }, { ifMatch: 1 })).rejects.toMatchObject({
      status: 412,
    });
    expect(await recipients.replace("u/1", { lastName: "King" })).toMatchObject({
      firstName: null,
      tags: [],
    });
    expect(await recipients.delete("u/1")).toBeNull();
    await expect(recipients.get(ada.id)).rejects.toMatchObject({ status: 404, code: "not_found" });
  });

  test("upserts batches, and lists by tags, attributes and search over all pages", async () => {
    const { recipients, reminders } = await clientOf();
    const { results } = await recipients.upsertBatch([
      { externalId: "a", tags: ["vip", "x"], attributes: { plan: 'a "b", c', seats: 3 } },
      { externalId: "b", tags: ["vip"], attributes: { seats: "3", on: false }, firstName: "Bob" },
      { externalId: "c", timeZone: "EST" },
    ]);
    expect(results.map(({ status }) => status)).toEqual([201, 201, 400]);
    const ids = async (filter: Parameters<typeof recipients.all>[0]) => {
      const found: (string | null)[] = [];
      for await (const { externalId } of recipients.all({ ...filter, limit: 1 })) found.push(externalId);
      return found.join(",");
    };
    expect(await ids({})).toBe("a,b");
    expect(await ids({ tags: ["vip", "x"] })).toBe("a");
    expect(await ids({ tags: [], attributes: {} })).toBe("a,b");
    expect(await ids({ attributes: { plan: 'a "b", c', seats: 3 } })).toBe("a");
    expect(await ids({ attributes: { seats: "3", on: false } })).toBe("b");
    expect(await ids({ search: "bob" })).toBe("b");
    const to = { recipient: "b" };
    const body = { schedule: { in: "PT1H" }, to, message: "Ring" };
    await expect(reminders.create(body)).rejects.toMatchObject({ status: 400 });
    await recipients.update("b", { addresses: { webhook: "https://one.test/" } });
    const [bob] = (await recipients.list({ search: "bob" })).items;
    expect(await reminders.create(body)).toMatchObject({ to: { recipient: bob?.id }, recipientId: bob?.id });
  });
});
