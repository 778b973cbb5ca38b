import { describe, expect, test } from "vitest";
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  SettingError,
  StoreError,
} from "../domain/errors.ts";
import { ScheduleError } from "../time/schedule.ts";
import { createApiRig } from "./app-fixture.ts";
import { refusalOf } from "./problem.ts";

describe("refusalOf()", () => {
  test.each([
    [new InvalidInputError("Cannot x: y", []), 400, "invalid_input"],
    [new ScheduleError("impossible_schedule", []), 400, "impossible_schedule"],
    [new NotFoundError("Cannot x: y"), 404, "not_found"],
    [new ConflictError("endpoint_exists", "Cannot x: y"), 409, "endpoint_exists"],
    [new StoreError("store_full", "Cannot write /secret/path: full"), 503, "store_full"],
    [new SettingError("BELFRY_X"), 500, "internal_error"],
    [new TypeError("x is undefined"), 500, "internal_error"],
    ["a text", 500, "internal_error"],
  ])("maps %s to its status and code", (error, status, code) => {
    const { problem } = refusalOf(error);
    expect(problem).toMatchObject({
      status,
      code,
      type: `urn:belfry:problem:${code}`,
      title: expect.any(String),
    });
    expect(problem.detail).toMatch(/^Cannot /);
  });

  test("says when to come back, and nothing of the inside, when the store fails", () => {
    const { problem, headers, isFault } = refusalOf(
      new StoreError("store_full", "Cannot write /secret/path: full"),
    );
    expect(JSON.stringify(problem)).not.toContain("/secret/path");
    expect(headers).toEqual({ "retry-after": "5" });
    expect(isFault).toBe(true);
  });

  test("writes paths as JSON Pointers", () => {
    const issue = { path: ["a/b", 0, "c~d"], value: 1, message: "is wrong", allowed: "2" };
    const { problem } = refusalOf(new InvalidInputError("Cannot x: y", [issue]));
    expect(problem.errors).toEqual([
      { path: "/a~1b/0/c~0d", field: "c~d", value: 1, message: "is wrong", allowed: "2" },
    ]);
  });

  test("tells of 50 errors at most", async () => {
    const { send } = await createApiRig();
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field${i}`, i]));
    const got = await send({ method: "POST", path: "/v1/reminders", body });
    expect(got.body.errors).toHaveLength(50);
  });
});
