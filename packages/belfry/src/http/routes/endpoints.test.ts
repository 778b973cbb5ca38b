import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import { endpointPageSchema, endpointSchema } from "../schemas/endpoint.ts";

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const ENDPOINT = { name: "billing", url: "https://example.com/hook", secrets: [SECRET] };
const path = "/v1/endpoints";

describe("/v1/endpoints", () => {
  test("create() answers 201 and never shows a secret", async () => {
    const { send } = await createApiRig();
    const { status, body, headers } = await send({ method: "POST", path, body: ENDPOINT });
    expect(status).toBe(201);
    expect(headers.get("location")).toBe("/v1/endpoints/billing");
    expect(endpointSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      name: "billing",
      url: ENDPOINT.url,
      state: "on",
      offReason: null,
      secretCount: 1,
    });
    expect(JSON.stringify(body)).not.toContain("whsec_");
    expect((await send({ path: `${path}/billing` })).body).toEqual(body);
  });

  test("create() answers 409 when the name is taken", async () => {
    const { send } = await createApiRig();
    await send({ method: "POST", path, body: ENDPOINT });
    const again = await send({ method: "POST", path, body: ENDPOINT });
    expect(again).toMatchObject({ status: 409, body: { code: "endpoint_exists" } });
  });

  test.each([
    ["a name in capitals", { name: "Billing" }, "/name", "Billing"],
    ["a name that is too long", { name: "a".repeat(64) }, "/name", "a".repeat(64)],
    ["no name", { name: undefined }, "/name", undefined],
    ["a URL of another scheme", { url: "ftp://example.com" }, "/url", "ftp://example.com"],
    ["no URL", { url: undefined }, "/url", undefined],
    ["a secret of a wrong form", { secrets: ["hush"] }, "/secrets/0", "[hidden]"],
    ["a secret that is too short", { secrets: ["whsec_aGVsbG8="] }, "/secrets/0", "[hidden]"],
    ["a secret that is no list", { secrets: SECRET }, "/secrets", "[hidden]"],
    ["too many secrets", { secrets: Array(11).fill(SECRET) }, "/secrets", "[hidden]"],
    ["an unknown field", { secret: SECRET }, "/secret", "[hidden]"],
    ["an unknown state", { state: "on" }, "/state", "on"],
  ])("create() names the field, and hides secrets, when there is %s", async (_name, change, wrong, value) => {
    const { send } = await createApiRig();
    const { status, body } = await send({ method: "POST", path, body: { ...ENDPOINT, ...change } });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: wrong, ...(value === undefined ? {} : { value }) }]);
    expect(JSON.stringify(body)).not.toContain(SECRET);
    expect(JSON.stringify(body)).not.toContain("hush");
  });

  test("update() changes URL, secrets and state one by one", async () => {
    const { send } = await createApiRig();
    await send({ method: "POST", path, body: ENDPOINT });
    const patch = async (body: object) =>
      (await send({ method: "PATCH", path: `${path}/billing`, body })).body;
    expect(await patch({ url: "https://example.org/" })).toMatchObject({
      url: "https://example.org/",
      secretCount: 1,
    });
    expect(await patch({ secrets: [] })).toMatchObject({ secretCount: 0, state: "on" });
    expect(await patch({ state: "off" })).toMatchObject({ state: "off", offReason: expect.any(String) });
    expect(await patch({ state: "on" })).toMatchObject({
      state: "on",
      offReason: null,
      url: "https://example.org/",
    });
  });

  test("update() refuses an empty change, a new name, a wrong URL, and a name that is not there", async () => {
    const { send } = await createApiRig();
    await send({ method: "POST", path, body: ENDPOINT });
    const patch = (name: string, body: unknown) => send({ method: "PATCH", path: `${path}/${name}`, body });
    expect(await patch("billing", {})).toMatchObject({ status: 400, body: { errors: [{ path: "" }] } });
    expect(await patch("billing", { name: "b" })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/name" }] },
    });
    expect(await patch("billing", { url: "x" })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "/url" }] },
    });
    expect((await patch("nobody", { state: "on" })).status).toBe(404);
  });

  test("update() and delete() change only the revision that If-Match names", async () => {
    const { send } = await createApiRig();
    const made = await send({ method: "POST", path, body: ENDPOINT });
    expect(made.headers.get("etag")).toBe('"1"');
    const one = `${path}/billing`;
    const at = (etag: string) => ({ path: one, headers: { "if-match": etag } });
    const changed = await send({ method: "PATCH", ...at('"1"'), body: { state: "off" } });
    expect(changed).toMatchObject({ status: 200, body: { revision: 2 } });
    expect(changed.headers.get("etag")).toBe('"2"');
    for (const sent of [{ method: "PATCH", body: { state: "on" } }, { method: "DELETE" }]) {
      const stale = await send({ ...sent, ...at('"1"') });
      expect(stale).toMatchObject({ status: 412, body: { code: "precondition_failed" } });
      expect(stale.headers.get("etag")).toBe('"2"');
      expect((await send({ ...sent, ...at("2") })).status).toBe(400);
    }
    const read = await send({ path: one });
    expect(read).toMatchObject({ status: 200, body: { revision: 2, state: "off" } });
    expect(read.headers.get("etag")).toBe('"2"');
    expect((await send({ method: "DELETE", ...at('"2"') })).status).toBe(204);
    expect((await send({ method: "DELETE", ...at("*") })).status).toBe(404);
  });

  test("list() goes by name, page by page; delete() answers 204, then 404", async () => {
    const { send } = await createApiRig();
    for (const name of ["c", "a", "b"]) await send({ method: "POST", path, body: { ...ENDPOINT, name } });
    const first = endpointPageSchema.parse((await send({ path: `${path}?limit=2` })).body);
    expect(first.items.map((item) => item.name)).toEqual(["a", "b"]);
    const second = endpointPageSchema.parse(
      (await send({ path: `${path}?limit=2&cursor=${first.nextCursor}` })).body,
    );
    expect(second).toMatchObject({ items: [{ name: "c" }], nextCursor: null });
    expect((await send({ path, key: "stranger" })).body.items).toEqual([]);
    const gone = await send({ method: "DELETE", path: `${path}/a` });
    expect(gone).toMatchObject({ status: 204, body: {} });
    expect((await send({ method: "DELETE", path: `${path}/a` })).status).toBe(404);
    expect((await send({ path: `${path}/a` })).status).toBe(404);
  });
});
