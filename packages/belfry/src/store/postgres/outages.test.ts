import { expect, test } from "vitest";
import { Outages } from "./outages.ts";

const CUT = Object.assign(new Error("cut"), { code: "ECONNRESET" });

test("an outage is recent until a while after it ended, and others' faults are none", () => {
  let nowMs = 0;
  const outages = new Outages(() => nowMs);
  outages.failed(new Error("syntax error"));
  outages.answered();
  expect(outages.isRecent).toBe(false);
  outages.failed(CUT);
  nowMs = 60_000;
  expect(outages.isRecent).toBe(true);
  outages.answered();
  nowMs += 2_999;
  expect(outages.isRecent).toBe(true);
  nowMs += 1;
  expect(outages.isRecent).toBe(false);
});

test("startedBefore() makes a database that has just been started one that was away", () => {
  const outages = new Outages(() => 1_000_000);
  outages.startedBefore(10_000);
  expect(outages.isRecent).toBe(false);
  outages.startedBefore(500);
  expect(outages.isRecent).toBe(true);
});
