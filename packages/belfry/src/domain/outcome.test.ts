import { expect, test } from "vitest";
import { storableOutcome } from "./outcome.ts";

test("storableOutcome() keeps each text of an outcome as any store can, and all else as it is", () => {
  const response = { status: 500, body: "half \ud83d" };
  const kept = { status: 500, body: "half \uFFFD" };
  expect(storableOutcome({ kind: "retryable", error: "a\0b", retryAfterMs: 5, response })).toEqual({
    kind: "retryable",
    error: "a\uFFFDb",
    retryAfterMs: 5,
    response: kept,
  });
  expect(storableOutcome({ kind: "permanent", error: "a\0", switchOff: true })).toEqual({
    kind: "permanent",
    error: "a\uFFFD",
    switchOff: true,
  });
  expect(storableOutcome({ kind: "delivered", providerId: "\0", response })).toEqual({
    kind: "delivered",
    providerId: "\uFFFD",
    response: kept,
  });
  expect(storableOutcome({ kind: "delivered", response: { status: 204 } })).toEqual({
    kind: "delivered",
    response: { status: 204 },
  });
});
