import { once } from "node:events";
import { expect, test } from "vitest";
import { BelfryProcess } from "../e2e/belfry-process.ts";

test("a server with an error that nobody caught tells why, ends with code 1, and has lost nothing", async () => {
  const imports = [new URL("stumble.ts", import.meta.url).href];
  await using belfry = await BelfryProcess.start({}, { imports });
  const client = await belfry.client();
  const request = { schedule: { in: "PT1H" }, to: { channel: "inbox" }, message: "kept" } as const;
  const { id } = await client.reminders.create(request);
  const ended = once(belfry.child, "exit");
  belfry.child.stdin.write("stumble\n");
  await ended;
  expect(await belfry.kill()).toMatchObject({ code: 1, signal: null });
  const last = JSON.parse(belfry.complaints.trim().split("\n").at(-1) ?? "") as unknown;
  expect(last).toMatchObject({
    level: "fatal",
    msg: expect.stringContaining("Cannot go on: an error was not expected"),
    err: {
      type: "RangeError",
      message: "an error of the test",
      stack: expect.stringContaining("stumble.ts"),
    },
  });
  await belfry.restart();
  expect(await (await belfry.client()).reminders.get(id)).toMatchObject({ state: "active" });
});
