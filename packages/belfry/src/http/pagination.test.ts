import { describe, expect, test } from "vitest";
import { createApiRig } from "./app-fixture.ts";

const LISTS = ["/v1/reminders", "/v1/deliveries", "/v1/endpoints", "/v1/inbox"];

describe.each(LISTS)("%s", (path) => {
  test.each([
    ["a limit of 0", "limit=0", "/limit", "0"],
    ["a limit of 101", "limit=101", "/limit", "101"],
    ["a limit in words", "limit=ten", "/limit", "ten"],
    ["a limit with a fraction", "limit=1.5", "/limit", "1.5"],
    ["an empty limit", "limit=", "/limit", ""],
    ["two limits", "limit=1&limit=2", "/limit", ["1", "2"]],
    ["a cursor of its own making", "cursor=abc", "/cursor", "abc"],
    ["an unknown parameter", "page=2", "/page", "2"],
  ])("answers 400 to %s", async (_name, query, wrong, value) => {
    const { send } = await createApiRig();
    const got = await send({ path: `${path}?${query}` });
    expect(got).toMatchObject({
      status: 400,
      body: { errors: [{ path: wrong, value, allowed: expect.any(String) }] },
    });
  });

  test("answers an empty page without a link when there is nothing", async () => {
    const { send } = await createApiRig();
    const got = await send({ path: `${path}?limit=100` });
    expect(got).toMatchObject({ status: 200, body: { items: [], nextCursor: null } });
    expect(got.headers.get("link")).toBeNull();
  });
});
