import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { errorAt } from "./reminder-fixture.ts";

const ADA = { firstName: "Ada", lastName: "Lovelace", birthday: "1992-02-29", timeZone: "Europe/London" };

describe("/user", () => {
  test("adds, reads, replaces and deletes a recipient by name, birthday and zone", async () => {
    const { send } = await createApiRig();
    const created = await send({ method: "POST", path: "/user", body: ADA });
    expect(created).toMatchObject({ status: 201, body: ADA });
    const path = String(created.headers.get("location"));
    expect(path).toBe(`/user/${created.body.id}`);
    expect(await send({ path })).toMatchObject({ status: 200, body: { id: created.body.id, ...ADA } });
    const recipient = `/v1/recipients/${created.body.id}`;
    await send({
      method: "PATCH",
      path: recipient,
      body: { addresses: { email: "a@b.co" }, dates: { other: "--01-02" } },
    });
    const moved = { ...ADA, lastName: "King", timeZone: "US/Eastern" };
    const replaced = await send({ method: "PUT", path, body: moved });
    expect(replaced).toMatchObject({ status: 200, body: { ...moved, timeZone: "America/New_York" } });
    expect((await send({ path: recipient })).body).toMatchObject({
      addresses: { email: "a@b.co" },
      dates: { birthday: "1992-02-29", other: "--01-02" },
    });
    expect((await send({ method: "DELETE", path })).status).toBe(204);
    for (const method of ["GET", "DELETE"]) expect((await send({ method, path })).status).toBe(404);
    expect((await send({ method: "PUT", path, body: ADA })).status).toBe(404);
  });

  test("a repeat under the same Idempotency-Key makes nobody twice", async () => {
    const { send, store } = await createApiRig();
    const request = { method: "POST", path: "/user", body: ADA, headers: { "idempotency-key": "k" } };
    const first = await send(request);
    const again = await send(request);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    expect(await store.countRecipients("tnt_test")).toBe(1);
  });

  test.each([
    ["no first name", { firstName: undefined }, "/firstName"],
    ["an empty first name", { firstName: "" }, "/firstName"],
    ["a blank first name", { firstName: "  " }, "/firstName"],
    ["a last name of 101 characters", { lastName: "x".repeat(101) }, "/lastName"],
    ["a birthday in the future", { birthday: "2026-03-02" }, "/birthday"],
    ["a birthday that is not there", { birthday: "2001-02-29" }, "/birthday"],
    ["a birthday without its year", { birthday: "--02-28" }, "/birthday"],
    ["no birthday", { birthday: undefined }, "/birthday"],
    ["a zone that is none", { timeZone: "Mars/Olympus" }, "/timeZone"],
    ["an abbreviation as the zone", { timeZone: "EST" }, "/timeZone"],
    ["no zone", { timeZone: undefined }, "/timeZone"],
    ["an unknown field", { email: "a@b.co" }, "/email"],
  ])("is a 400 that names the field for %s", async (_name, change, path) => {
    const { send, store } = await createApiRig();
    const created = await send({ method: "POST", path: "/user", body: ADA });
    for (const request of [
      { method: "POST", path: "/user" },
      { method: "PUT", path: `/user/${created.body.id}` },
    ]) {
      const got = await send({ ...request, body: { ...ADA, ...change } });
      expect(got.status).toBe(400);
      expect(errorAt(got, path), JSON.stringify(got.body)).toMatchObject({ allowed: expect.any(String) });
    }
    expect(await store.countRecipients("tnt_test")).toBe(1);
  });

  test("shows nothing of another tenant", async () => {
    const { send } = await createApiRig();
    const { body } = await send({ method: "POST", path: "/user", body: ADA });
    expect((await send({ path: `/user/${body.id}`, key: "stranger" })).status).toBe(404);
    expect((await send({ path: `/user/${body.id}`, key: null })).status).toBe(401);
  });
});
