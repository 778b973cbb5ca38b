import { expect, test } from "vitest";
import { FewAtOnce } from "./few-at-once.ts";

test("run() has at most so many running, and one of each owner in turn", async () => {
  const few = new FewAtOnce(2);
  const begun: string[] = [];
  let running = 0;
  let most = 0;
  const run = (owner: string, name: string) =>
    few.run(owner, async () => {
      begun.push(name);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return name;
    });
  const crowd = Array.from({ length: 1_000 }, (_, index) => run("crowd", `${index}`));
  const others = [run("one", "one"), run("two", "two")];
  expect(await Promise.all(others)).toEqual(["one", "two"]);
  await Promise.all(crowd);
  expect(most).toBe(2);
  expect(begun).toHaveLength(1_002);
  expect(begun.indexOf("one")).toBeLessThan(6);
  expect(begun.indexOf("two")).toBeLessThan(6);
});

test("run() goes on with the next when one fails", async () => {
  const few = new FewAtOnce(1);
  const failing = few.run("one", () => Promise.reject(new Error("broken")));
  const working = few.run("one", async () => 7);
  await expect(failing).rejects.toThrow("broken");
  expect(await working).toBe(7);
});

test("end() lets what runs end, and begins nothing that waits", async () => {
  const few = new FewAtOnce(1);
  let end = (): void => {};
  const running = few.run("one", () => new Promise<number>((resolve) => (end = () => resolve(1))));
  const waiting = few.run("one", async () => 2);
  few.end();
  end();
  expect(await running).toBe(1);
  expect(await waiting).toBeUndefined();
});
