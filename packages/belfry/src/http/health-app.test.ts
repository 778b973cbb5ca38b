import { describe, expect, test } from "vitest";
import { createIdSource } from "../domain/ids.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import type { Answered } from "./answered.ts";
import { createHealthApp, type HealthAppDeps } from "./health-app.ts";

function createRig(differing: Partial<HealthAppDeps> = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 2, 1));
  const ids = createIdSource(
    () => clock.now(),
    (count) => new Uint8Array(count),
  );
  const answered: Answered[] = [];
  const onAnswered = (one: Answered): void => void answered.push(one);
  const log = { error: (_: unknown, message: string) => expect.unreachable(message) };
  const parts = { store: { ping: async () => {} }, clock, ids, log, onAnswered, version: "1.2.3" };
  const app = createHealthApp({ ...parts, ...differing });
  const send = async (path: string, init?: RequestInit) => {
    const answer = await app.request(path, init);
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
  return { send, answered };
}

const renderMetrics = async (accept = "") => ({ body: `belfry_up 1 ${accept}`, contentType: "text/plain" });

describe("createHealthApp()", () => {
  test("tells that it is up, and that the store answers", async () => {
    const { send, answered } = createRig();
    expect(await send("/healthz")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(await send("/readyz?from=probe")).toMatchObject({ status: 200, body: { status: "ok" } });
    expect(answered.map(({ route, status }) => [route, status])).toEqual([
      ["/healthz", 200],
      ["/readyz", 200],
    ]);
  });

  test("is not ready when the store does not answer", async () => {
    const { send } = createRig({ store: { ping: () => Promise.reject(new Error("gone")) } });
    const { status, headers, body } = await send("/readyz");
    expect([status, headers.get("retry-after"), body]).toEqual([503, "5", { status: "unavailable" }]);
    expect((await send("/healthz")).status).toBe(200);
  });

  test("gives the metrics as they are asked for, and names them", async () => {
    const { send } = createRig({ renderMetrics });
    const { status, body } = await send("/metrics", { headers: { accept: "text/plain" } });
    expect([status, body]).toEqual([200, "belfry_up 1 text/plain"]);
    expect((await send("/")).body).toEqual({
      name: "belfry",
      version: "1.2.3",
      health: "/healthz",
      ready: "/readyz",
      metrics: "/metrics",
    });
  });

  test("has no metrics, and names none, when they are off", async () => {
    const { send } = createRig();
    expect((await send("/metrics")).status).toBe(404);
    expect((await send("/")).body).not.toHaveProperty("metrics");
  });

  test("says what there is when it is asked for the API", async () => {
    const { send, answered } = createRig({ renderMetrics });
    const { status, headers, body } = await send("/v1/reminders", { method: "POST" });
    expect([status, headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(body).toMatchObject({
      code: "not_found",
      detail: "Cannot find the path: there are /healthz, /readyz, /metrics; the API is where belfry api runs",
      instance: headers.get("x-request-id"),
    });
    expect(answered).toMatchObject([{ route: null, status: 404 }]);
  });

  test("names the methods when it is asked with another", async () => {
    const { send } = createRig();
    const refused = await send("/healthz", { method: "DELETE" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    const asked = await send("/healthz", { method: "OPTIONS" });
    expect([asked.status, asked.headers.get("allow")]).toEqual([204, "GET, HEAD, OPTIONS"]);
  });
});
