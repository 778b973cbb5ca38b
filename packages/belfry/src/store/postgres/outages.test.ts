import { expect, test } from "vitest";
import { Outages } from "./outages.ts";

const CUT = Object.assign(new Error("cut"), { code: "ECONNRESET" });
const FULL = Object.assign(new Error("full"), { code: "53100" });

test("an outage is recent until a while after it ended, and others' faults are none", () => {
  let nowMs = 0;
  const outages = new Outages({ nowMs: () => nowMs });
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

test("a database that takes no writes is out of reach too: nobody could renew a lease", () => {
  let nowMs = 0;
  const outages = new Outages({ nowMs: () => nowMs });
  outages.failed(FULL);
  // It still reads.
  outages.answered();
  nowMs = 2_999;
  expect(outages.isRecent).toBe(true);
  nowMs = 3_000;
  expect(outages.isRecent).toBe(false);
});

test("an answer that took very long ends an outage of which nobody was told", () => {
  let nowMs = 0;
  const outages = new Outages({ nowMs: () => nowMs });
  outages.answered(4_999);
  expect(outages.isRecent).toBe(false);
  outages.answered(5_000);
  nowMs = 2_999;
  expect(outages.isRecent).toBe(true);
});

test("startedBefore() makes a database that has just been started one that was away", () => {
  const outages = new Outages({ nowMs: () => 1_000_000 });
  outages.startedBefore(10_000);
  expect(outages.isRecent).toBe(false);
  outages.startedBefore(500);
  expect(outages.isRecent).toBe(true);
});
