import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Outcome } from "../../domain/outcome.ts";
import { Attempt } from "./attempt.ts";
import { AttemptsInFlight } from "./attempts-in-flight.ts";

const TIMEOUT_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Told {
  name: string;
  outcome: Outcome | null;
}

function createRig() {
  const inFlight = new AttemptsInFlight(TIMEOUT_MS);
  const told: Told[] = [];
  const start = (name: string, { signal } = new AbortController()): Attempt => {
    const attempt = new Attempt({
      destination: `${name}.test:443`,
      signal,
      mayLeave: () => true,
      deadline: performance.now() + TIMEOUT_MS,
      now: () => 0,
      settle: (outcome) => told.push({ name, outcome }),
      fail: (shortage) => expect.unreachable(shortage.message),
      end: (ended) => inFlight.remove(ended),
    });
    inFlight.add(attempt);
    return attempt;
  };
  return { inFlight, start, told, names: () => told.map(({ name }) => name) };
}

describe("AttemptsInFlight", () => {
  test("cuts each at its own deadline, and none that has ended", () => {
    const { inFlight, start, told, names } = createRig();
    start("first");
    vi.advanceTimersByTime(300);
    const second = start("second");
    start("third");
    vi.advanceTimersByTime(300);
    start("fourth");
    second.onResponseEnd();
    // One that has ended and still led to others would be kept with them.
    expect([second.older, second.newer]).toEqual([undefined, undefined]);
    vi.advanceTimersByTime(401);
    expect(names()).toEqual(["second", "first"]);
    expect(told[1]?.outcome).toEqual({
      kind: "retryable",
      error: "Cannot post to first.test:443: there was no answer within 1000 ms",
    });
    vi.advanceTimersByTime(300);
    expect(names()).toEqual(["second", "first", "third"]);
    vi.advanceTimersByTime(300);
    expect(names()).toEqual(["second", "first", "third", "fourth"]);
    expect(inFlight.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("cuts what comes after all before it have ended", () => {
    const { inFlight, start, names } = createRig();
    start("first").onResponseEnd();
    vi.advanceTimersByTime(TIMEOUT_MS + 1);
    expect(inFlight.size).toBe(0);
    start("second");
    vi.advanceTimersByTime(TIMEOUT_MS + 1);
    expect(names()).toEqual(["first", "second"]);
  });

  test("cuts those of a signal that is aborted, and leaves the others", () => {
    const { inFlight, start, names } = createRig();
    const ending = new AbortController();
    start("first", ending);
    start("second");
    start("third", ending);
    ending.abort();
    expect(names()).toEqual(["first", "third"]);
    expect(inFlight.size).toBe(1);
  });

  test("cutAll() ends all of them, and leaves no timer", () => {
    const { inFlight, start, told } = createRig();
    for (const name of ["first", "second", "third", "fourth"]) start(name);
    inFlight.cutAll("the channel was closed");
    expect(told.map(({ outcome }) => outcome?.kind)).toEqual(Array(4).fill("retryable"));
    expect(inFlight.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
