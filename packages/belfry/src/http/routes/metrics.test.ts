import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";

describe("GET /metrics", () => {
  test("GET /metrics gives what is rendered for the Accept header, without a key", async () => {
    const renderMetrics = async (accept: string | undefined) => ({
      body: `for ${accept}\n`,
      contentType: "text/plain; version=0.0.4; charset=utf-8",
    });
    const { app } = await createApiRig({ renderMetrics });
    const response = await app.request("/metrics", { headers: { accept: "text/plain" } });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).toBe("for text/plain\n");
  });

  test("GET /metrics is not there when there are no metrics", async () => {
    const { send } = await createApiRig();
    expect(await send({ path: "/metrics" })).toMatchObject({ status: 404, body: { code: "not_found" } });
  });
});
