import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { ADA, addRecipient } from "./recipient-fixture.ts";
import { errorAt } from "./reminder-fixture.ts";

describe("PUT and PATCH /v1/recipients/{id}", () => {
  test("PUT empties what is left out, but for the externalId", async () => {
    const rig = await createApiRig();
    const { id } = await addRecipient(rig);
    const got = await rig.send({ method: "PUT", path: "/v1/recipients/user-1", body: { firstName: "Eve" } });
    expect(got).toMatchObject({
      status: 200,
      body: { id, externalId: "user-1", firstName: "Eve", revision: 2 },
    });
    expect(got.body).toMatchObject({ lastName: null, addresses: {}, dates: {}, tags: [], timeZone: null });
    const nameless = { method: "PUT", path: `/v1/recipients/${id}`, body: { externalId: null } };
    expect((await rig.send(nameless)).body).toMatchObject({ externalId: null, firstName: null });
  });

  test("PATCH merges, takes away what is null, and leaves the rest", async () => {
    const rig = await createApiRig();
    await addRecipient(rig);
    const body = {
      lastName: null,
      addresses: { sms: null, telegram: "-1001234567890" },
      dates: { anniversary: null },
      quietHours: { days: null },
      tags: ["new"],
      attributes: { seats: null, nested: { b: 2 } },
    };
    const got = await rig.send({ method: "PATCH", path: "/v1/recipients/user-1", body });
    expect(got.headers.get("etag")).toBe('"2"');
    expect(got.body).toMatchObject({
      firstName: "Ada",
      lastName: null,
      addresses: { webhook: "https://one.test/", email: "ada@example.com", telegram: "-1001234567890" },
      dates: { birthday: "1992-02-29" },
      quietHours: { from: "22:00", to: "07:00" },
      tags: ["new"],
      attributes: { plan: "gold", nested: { a: [1, null], b: 2 } },
    });
    expect(Object.keys(got.body.addresses as object)).not.toContain("sms");
    expect(Object.keys(got.body.attributes as object)).not.toContain("seats");
  });

  test("a change that changes nothing leaves the revision", async () => {
    const rig = await createApiRig();
    await addRecipient(rig);
    const path = "/v1/recipients/user-1";
    expect((await rig.send({ method: "PUT", path, body: ADA })).body.revision).toBe(1);
    expect((await rig.send({ method: "PATCH", path, body: { firstName: "Ada" } })).body.revision).toBe(1);
  });

  test.each([
    ["PATCH", {}, ""],
    ["PATCH", [], ""],
    ["PATCH", { nope: null }, "/nope"],
    ["PATCH", { dates: { birthday: "2001-02-29" } }, "/dates/birthday"],
    ["PATCH", { quietHours: { from: "07:00" } }, "/quietHours/to"],
    ["PUT", { timeZone: "EST" }, "/timeZone"],
    ["PUT", [], ""],
  ])("%s refuses %j, and names where", async (method, body, path) => {
    const rig = await createApiRig();
    await addRecipient(rig);
    const got = await rig.send({ method, path: "/v1/recipients/user-1", body });
    expect(got.status).toBe(400);
    expect(errorAt(got, path), JSON.stringify(got.body)).toBeDefined();
    expect((await rig.send({ path: "/v1/recipients/user-1" })).body.revision).toBe(1);
  });

  test("If-Match keeps a change from what others have changed", async () => {
    const rig = await createApiRig();
    await addRecipient(rig);
    const path = "/v1/recipients/user-1";
    const stale = { "if-match": '"7"' };
    for (const method of ["PUT", "PATCH", "DELETE"]) {
      const body = method === "DELETE" ? undefined : { firstName: "Eve" };
      const got = await rig.send({ method, path, body, headers: stale });
      expect(got).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
      expect(got.headers.get("etag")).toBe('"1"');
    }
    const fresh = { method: "PATCH", path, body: { firstName: "Eve" }, headers: { "if-match": '"1"' } };
    expect((await rig.send(fresh)).body).toMatchObject({ revision: 2, firstName: "Eve" });
  });

  test("an externalId that another one has is refused, and so is what is of another tenant", async () => {
    const rig = await createApiRig();
    await addRecipient(rig);
    await addRecipient(rig, { externalId: "user-2" });
    const taken = { method: "PATCH", path: "/v1/recipients/user-2", body: { externalId: "user-1" } };
    expect(await rig.send(taken)).toMatchObject({ status: 409, body: { code: "recipient_exists" } });
    for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
      const body = /^P/.test(method) ? { firstName: "Eve" } : undefined;
      const got = await rig.send({ method, path: "/v1/recipients/user-1", body, key: "stranger" });
      expect(got).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  test("changes that come at once are all done", async () => {
    const rig = await createApiRig();
    await addRecipient(rig);
    const names = ["a", "b", "c", "d"];
    await Promise.all(
      names.map((name) =>
        rig.send({ method: "PATCH", path: "/v1/recipients/user-1", body: { attributes: { [name]: 1 } } }),
      ),
    );
    const { body } = await rig.send({ path: "/v1/recipients/user-1" });
    expect(body).toMatchObject({ revision: 5, attributes: { a: 1, b: 1, c: 1, d: 1 } });
  });
});
