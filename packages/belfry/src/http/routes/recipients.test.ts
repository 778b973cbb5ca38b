import { describe, expect, test } from "vitest";
import { type ApiRig, createApiRig } from "../app-fixture.ts";
import { addRecipient } from "./recipient-fixture.ts";
import { errorAt } from "./reminder-fixture.ts";

describe("GET /v1/recipients", () => {
  async function furnished(): Promise<ApiRig> {
    const rig = await createApiRig();
    await addRecipient(rig, {
      externalId: "a",
      firstName: "Ada",
      tags: ["vip", "x"],
      attributes: { plan: "gold", seats: 3 },
    });
    await addRecipient(rig, {
      externalId: "b",
      firstName: "Bob",
      tags: ["vip"],
      attributes: { plan: "a,b", seats: "3" },
    });
    await addRecipient(rig, {
      externalId: "c",
      addresses: { email: "Carol@Example.com" },
      attributes: { on: true },
    });
    return rig;
  }

  test.each([
    ["", "a,b,c"],
    ["?tag=vip", "a,b"],
    ["?tag=vip,x", "a"],
    ["?attribute=plan%3Dgold", "a"],
    ["?attribute=seats%3D3", "a"],
    ["?attribute=seats%3D%223%22", "b"],
    ["?attribute=plan%3D%22a%2Cb%22,seats%3D%223%22", "b"],
    ["?attribute=on%3Dtrue", "c"],
    ["?attribute=on%3Dtrue&tag=vip", ""],
    ["?search=CAROL%40", "c"],
    ["?search=bob", "b"],
  ])("lists by %s", async (query, ids) => {
    const { send } = await furnished();
    const { body } = await send({ path: `/v1/recipients${query}` });
    expect((body.items as { externalId: string }[]).map(({ externalId }) => externalId).join(",")).toBe(ids);
    expect((await send({ path: `/v1/recipients${query}`, key: "stranger" })).body.items).toEqual([]);
  });

  test("goes on page by page, with a filter too", async () => {
    const { send } = await furnished();
    const first = await send({ path: "/v1/recipients?tag=vip&limit=1" });
    const [, next = ""] = /^<(.+)>; rel="next"$/.exec(first.headers.get("link") ?? "") ?? [];
    expect(next).toContain("tag=vip");
    expect((await send({ path: next })).body).toMatchObject({ items: [{ externalId: "b" }] });
  });

  test.each([
    ["?tag=", "/tag"],
    ["?tag=a,,b", "/tag"],
    ["?attribute=plan", "/attribute"],
    ["?attribute=%3Dgold", "/attribute"],
    ["?attribute=a%3D%22x", "/attribute"],
    ["?search=", "/search"],
    ["?limit=0", "/limit"],
    ["?cursor=nonsense", "/cursor"],
    ["?name=Ada", "/name"],
  ])("names the parameter that is wrong in %s", async (query, path) => {
    const { send } = await createApiRig();
    const got = await send({ path: `/v1/recipients${query}` });
    expect(got.status).toBe(400);
    expect(errorAt(got, path), JSON.stringify(got.body)).toBeDefined();
  });
});
