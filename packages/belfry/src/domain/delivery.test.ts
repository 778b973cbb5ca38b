import { describe, expect, test } from "vitest";
import { DELIVERY_STATES, isSettled, statesBefore, TRANSITIONS } from "./delivery.ts";

describe("TRANSITIONS", () => {
  test("reach every state", () => {
    expect(new Set(TRANSITIONS.map((arrow) => arrow.to))).toEqual(new Set(DELIVERY_STATES));
  });

  test("leave a settled state by a redrive alone", () => {
    const leaving = TRANSITIONS.filter((arrow) => arrow.from !== "none" && isSettled(arrow.from));
    expect(new Set(leaving.map((arrow) => arrow.event))).toEqual(new Set(["redrive"]));
  });

  test("let every open state be settled", () => {
    const open = DELIVERY_STATES.filter((state) => !isSettled(state));
    const ending = TRANSITIONS.filter((arrow) => isSettled(arrow.to)).map((arrow) => arrow.from);
    expect(open.filter((state) => !ending.includes(state))).toEqual([]);
  });
});

test("statesBefore() names the states from which an event may be taken", () => {
  expect(statesBefore("redrive")).toEqual(["dead", "expired"]);
  expect(statesBefore("promote")).toEqual([]);
});
