import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";

describe("health", () => {
  test("healthz() and readyz() answer 200 without a key", async () => {
    const { send } = await createApiRig();
    expect(await send({ path: "/healthz", key: null })).toMatchObject({
      status: 200,
      body: { status: "ok" },
    });
    expect(await send({ path: "/readyz", key: null })).toMatchObject({ status: 200, body: { status: "ok" } });
  });

  test("readyz() answers 503 when the store does not, and healthz() still 200", async () => {
    const ping = () => Promise.reject(new Error("gone"));
    const { send } = await createApiRig({ store: { ping } });
    expect(await send({ path: "/readyz", key: null })).toMatchObject({
      status: 503,
      body: { status: "unavailable" },
    });
    expect((await send({ path: "/healthz", key: null })).status).toBe(200);
  });

  test("index() names the documents", async () => {
    const { send } = await createApiRig();
    const { status, body } = await send({ path: "/", key: null });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { name: "belfry", docs: "/docs", openapi: "/openapi.json" },
    });
  });
});
