import { describe, expect, test } from "vitest";
import type { InputIssue } from "../domain/errors.ts";
import type { ReminderRequest } from "./engine.ts";
import { readPolicy } from "./policy.ts";

const HOUR = 3_600_000;

function read(change: Partial<ReminderRequest>) {
  const issues: InputIssue[] = [];
  const request = { schedule: {}, to: { channel: "inbox" }, content: { text: "hi" }, ...change };
  const policy = readPolicy(request, 24 * HOUR, issues);
  return { policy, issues };
}

describe("readPolicy()", () => {
  test("gives the defaults for what is left out", () => {
    expect(read({})).toEqual({
      policy: {
        catchUp: "latest",
        usefulForMs: 24 * HOUR,
        retry: { maxAttempts: 5, initialMs: 5_000, maxMs: 2 * HOUR },
        inDoubt: "resend",
      },
      issues: [],
    });
  });

  test("reads durations, from PT0.05S for waits", () => {
    const { policy, issues } = read({
      usefulFor: "PT1H",
      retry: { initial: "PT0.05S", max: "PT1S", maxAttempts: 1 },
    });
    expect(policy).toMatchObject({
      usefulForMs: HOUR,
      retry: { maxAttempts: 1, initialMs: 50, maxMs: 1_000 },
    });
    expect(issues).toEqual([]);
  });

  test("keeps that there is to be no jitter, and nothing of the usual one", () => {
    expect(read({ retry: { initial: "PT1S", jitter: "none" } }).policy.retry).toMatchObject({
      jitter: "none",
    });
    const full = read({ retry: { initial: "PT1S", jitter: "full" } });
    expect(full).toEqual(read({ retry: { initial: "PT1S" } }));
    expect(full.policy.retry).not.toHaveProperty("jitter");
  });

  test("lets a long first wait raise the longest when that is left out", () => {
    expect(read({ retry: { initial: "PT5H" } })).toMatchObject({
      policy: { retry: { maxMs: 5 * HOUR } },
      issues: [],
    });
  });

  test("lets a short longest wait lower the first when that is left out", () => {
    expect(read({ retry: { max: "PT1S" } })).toMatchObject({
      policy: { retry: { initialMs: 1_000, maxMs: 1_000 } },
      issues: [],
    });
  });

  test.each<[string, Partial<ReminderRequest>]>([
    ["usefulFor", { usefulFor: "soon" }],
    ["usefulFor", { usefulFor: "PT0S" }],
    ["usefulFor", { usefulFor: "P400D" }],
    ["retry.initial", { retry: { initial: "PT0.01S" } }],
    ["retry.initial", { retry: { initial: "5s" } }],
    ["retry.max", { retry: { max: "P1Y" } }],
    ["retry.max", { retry: { initial: "PT10S", max: "PT5S" } }],
    ["retry.jitter", { retry: { jitter: "some" as "full" } }],
    ["retry.maxAttempts", { retry: { maxAttempts: 0 } }],
    ["retry.maxAttempts", { retry: { maxAttempts: 101 } }],
    ["retry.maxAttempts", { retry: { maxAttempts: 1.5 } }],
  ])("names %s when it is wrong", (path, change) => {
    const { issues } = read(change);
    expect(issues.map((issue) => issue.path.join("."))).toEqual([path]);
    expect(issues[0]?.allowed).not.toBe("");
  });
});
