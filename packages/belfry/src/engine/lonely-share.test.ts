import { expect, test } from "vitest";
import { isInPartition, shardOf } from "../domain/partition.ts";
import { ROLES } from "../domain/worker.ts";
import { createRig } from "./engine-fixture.ts";

test("what is overdue of a share that nobody works on does not wake the workers of others again and again", async () => {
  const partition = { index: 1, of: 2 };
  const { accept, clock, restart, store, channel } = createRig();
  const self = { roles: ROLES, host: "one.test", pid: 1, machine: null, version: "0", partition };
  const engine = restart({ self });
  const ids: string[] = [];
  for (let nth = 0; nth < 8; nth++) ids.push(await accept({ schedule: { in: "PT1S" } }));
  const mine = ids.filter((id) => isInPartition(shardOf(id), partition));
  await engine.start();
  await clock.advance(5_000);
  expect(mine.length).toBeGreaterThan(0);
  expect(channel.sent).toHaveLength(mine.length);
  expect(mine.length).toBeLessThan(ids.length);
  let claims = 0;
  const { claim } = store;
  store.claim = (request) => {
    claims += 1;
    return claim(request);
  };
  await clock.advance(60_000);
  // One a tick, as a net.
  expect(claims).toBeLessThanOrEqual(2);
});
