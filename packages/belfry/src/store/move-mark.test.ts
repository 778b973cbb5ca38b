import { describe, expect, test } from "vitest";
import { type MoveMark, type MoveStage, stateOf } from "./move-mark.ts";

const places = { from: "old", to: "new" };

function at(stage: MoveStage | "none", change: Partial<MoveMark> = {}): MoveMark | null {
  return stage === "none"
    ? null
    : { id: "mine", stage, place: stage.startsWith("l") ? "new" : "old", ...change };
}

function ask(from: MoveMark | null, to: MoveMark | null): string {
  try {
    const { id, next } = stateOf({ from, to, places, newId: "fresh" });
    return `${next} as ${id}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe("stateOf()", () => {
  test.each([
    ["none", "none", "copy as fresh"],
    ["none", "arriving", "copy as fresh"],
    ["leaving", "none", "copy as mine"],
    ["leaving", "arriving", "copy as mine"],
    ["leaving", "arrived", "hand over as mine"],
    ["left", "arrived", "open as mine"],
    ["left", "none", "store_moved"],
    ["left", "arriving", "store_moved"],
    ["none", "arrived", "store_not_empty"],
    ["arriving", "none", "store_moving"],
    ["arrived", "none", "store_moving"],
    ["none", "leaving", "store_moving"],
    ["none", "left", "store_moved"],
  ] as const)("says of a source that is %s and a target that is %s: %s", (from, to, answer) => {
    expect(ask(at(from), at(to))).toBe(answer);
  });

  test("refuses to open or to empty what another move has brought", () => {
    expect(ask(at("leaving"), at("arrived", { id: "other" }))).toBe("store_not_empty");
    expect(ask(at("left"), at("arrived", { id: "other" }))).toBe("store_not_empty");
    expect(ask(at("leaving"), at("arriving", { id: "other" }))).toBe("copy as mine");
  });

  test("refuses another target than the one to which a move was begun, by whatever name that is called", () => {
    expect(ask(at("leaving", { place: "elsewhere" }), null)).toBe("store_moving");
    expect(ask(at("leaving", { place: "elsewhere" }), at("arriving", { id: "other" }))).toBe("store_moving");
    expect(ask(at("leaving", { place: "new by another name" }), at("arriving"))).toBe("copy as mine");
  });
});
