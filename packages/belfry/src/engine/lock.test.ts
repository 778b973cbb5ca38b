import { expect, test } from "vitest";
import { Lock } from "./lock.ts";

/** Enters work that notes when it began. */
function createNotes(lock: Lock) {
  const begun: string[] = [];
  const work = (name: string) => async () => void begun.push(name);
  return {
    begun,
    run: (name: string) => lock.run(work(name)),
    runAhead: (name: string) => lock.runAhead(work(name)),
  };
}

test("run() lets one in at a time, in the order in which they came", async () => {
  const lock = new Lock();
  const told: string[] = [];
  const slowly = (name: string) => async () => {
    told.push(`${name} begins`);
    await new Promise(setImmediate);
    told.push(`${name} ends`);
  };
  await Promise.all([lock.run(slowly("a")), lock.run(slowly("b"))]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("run() gives what the work gives, and lets the next one in after it failed", async () => {
  const lock = new Lock();
  const failing = lock.run(() => Promise.reject(new Error("broken")));
  const throwing = lock.run(() => {
    throw new Error("broken at once");
  });
  const working = lock.run(async () => 7);
  await expect(failing).rejects.toThrow("broken");
  await expect(throwing).rejects.toThrow("broken at once");
  expect(await working).toBe(7);
});

test("runAhead() goes before all that waits when thousands do", async () => {
  const { begun, run, runAhead } = createNotes(new Lock());
  const all = Array.from({ length: 3_000 }, (_, index) => run(`${index}`));
  await Promise.all([...all, runAhead("claim")]);
  expect(begun.indexOf("claim")).toBeLessThanOrEqual(1);
});

test("runAhead() lets a few that wait have their turns when it is asked for again and again", async () => {
  const { begun, run, runAhead } = createNotes(new Lock());
  const ordinary = Array.from({ length: 50 }, (_, index) => run(`${index}`));
  const ahead = ["a", "b", "c", "d"].map(runAhead);
  await Promise.all([...ordinary, ...ahead]);
  expect(["a", "b", "c", "d"].map((name) => begun.indexOf(name))).toEqual([1, 18, 35, 52]);
});
