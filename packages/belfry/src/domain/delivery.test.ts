import { describe, expect, test } from "vitest";
import { DELIVERY_STATES, isSettled, statesBefore, TRANSITIONS } from "./delivery.ts";

describe("TRANSITIONS", () => {
  test("reach every state", () => {
    expect(new Set(TRANSITIONS.map((arrow) => arrow.to))).toEqual(
      // What is withdrawn untried leaves nothing.
      new Set([...DELIVERY_STATES, "none"]),
    );
  });

  test("leave a failure by a redrive alone, and what was cancelled by a change that wants it again", () => {
    const leaving = TRANSITIONS.filter((arrow) => arrow.from !== "none" && isSettled(arrow.from));
    expect(leaving.map(({ event, from }) => `${event} ${from}`).sort()).toEqual([
      "come back cancelled",
      "redrive dead",
      "redrive expired",
    ]);
  });

  test("let every open state be settled", () => {
    const open = DELIVERY_STATES.filter((state) => !isSettled(state));
    const ending = TRANSITIONS.filter((arrow) => arrow.to !== "none" && isSettled(arrow.to)).map(
      (arrow) => arrow.from,
    );
    expect(open.filter((state) => !ending.includes(state))).toEqual([]);
  });
});

test("statesBefore() names the states from which an event may be taken", () => {
  expect(statesBefore("redrive")).toEqual(["dead", "expired"]);
  expect(statesBefore("promote")).toEqual([]);
});
