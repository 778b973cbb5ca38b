import { describe, expect, test } from "vitest";
import { InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import { TENANT } from "./engine-fixture.ts";
import { createPeople, type People, STORES } from "./people-fixture.ts";

const OTHER = { id: "tnt_other", timeZone: "UTC" };
const ADA = {
  externalId: "u1",
  firstName: "Ada",
  addresses: { webhook: "http://one.test/" },
  timeZone: "UTC",
};

async function changedTo({ engine }: Pick<People, "engine">, patch: object): Promise<Recipient> {
  const changed = await engine.patchRecipient(TENANT, "u1", patch);
  if (!changed || "kind" in changed) throw new Error(`Cannot change: ${JSON.stringify(changed)}`);
  return changed;
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

describe.each(STORES)("recipients, on %s,", (kind) => {
  test("createRecipient() and patchRecipient() bump the epoch only for what moves plans", async () => {
    await using people = await createPeople(kind);
    const { engine } = people;
    expect(await engine.createRecipient(TENANT, ADA)).toMatchObject({
      revision: 1,
      epoch: 0,
      tenantId: TENANT.id,
    });
    const still = {
      firstName: "Eve",
      tags: ["x"],
      attributes: { a: 1 },
      locale: "en",
    };
    expect(await changedTo(people, still)).toMatchObject({ revision: 2, epoch: 0 });
    const moves = [
      { timeZone: "Europe/Paris" },
      { dates: { birthday: "--02-29" } },
      { addresses: { webhook: "http://two.test/" } },
      { channels: ["webhook"] },
      { quietHours: { from: "22:00", to: "07:00" } },
    ];
    for (const [index, patch] of moves.entries())
      expect(await changedTo(people, patch)).toMatchObject({ revision: 3 + index, epoch: 1 + index });
    expect(await changedTo(people, { timeZone: "europe/paris" })).toMatchObject({ revision: 7, epoch: 5 });
    await engine.inStep();
    expect(people.faults).toEqual([]);
  });

  test("createRecipient() makes only one of an externalId when two processes race", async () => {
    await using people = await createPeople(kind);
    const engines = [people.engine, people.another(), people.another()];
    const made = await Promise.allSettled(engines.map((engine) => engine.createRecipient(TENANT, ADA)));
    const refused = made.filter((one) => one.status === "rejected");
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(refused.map(({ reason }) => codeOf(reason))).toEqual(["recipient_exists", "recipient_exists"]);
    expect(await people.store.countRecipients(TENANT.id)).toBe(1);
  });

  test("patchRecipient() loses no change when two processes race", async () => {
    await using people = await createPeople(kind);
    const { engine } = people;
    const engines = [engine, people.another()];
    await engine.createRecipient(TENANT, ADA);
    const names = ["a", "b", "c", "d"];
    const patches = names.map((name, at) =>
      engines[at % 2]?.patchRecipient(TENANT, "u1", { attributes: { [name]: at } }),
    );
    await Promise.all(patches);
    const after = await engine.findRecipient(TENANT.id, "u1");
    expect(after).toMatchObject({ revision: 5, attributes: { a: 0, b: 1, c: 2, d: 3 } });
  });

  test("upsertRecipients() makes each once when two processes race, and says whom it lost", async () => {
    await using people = await createPeople(kind);
    const inputs = Array.from({ length: 50 }, (_, at) => ({ ...ADA, externalId: `u${at}` }));
    const engines = [people.engine, people.another()];
    const results = (
      await Promise.all(engines.map((engine) => engine.upsertRecipients(TENANT, inputs)))
    ).flat();
    expect(results.filter((one) => one.kind === "created")).toHaveLength(50);
    expect(
      new Set(results.map((one) => one.kind)).difference(new Set(["created", "conflict", "unchanged"])).size,
    ).toBe(0);
    expect(await people.store.countRecipients(TENANT.id)).toBe(50);
    const again = await people.engine.upsertRecipients(TENANT, inputs);
    expect(again.every((one) => one.kind === "unchanged")).toBe(true);
  });

  test("upsertRecipients() touches nobody of another tenant", async () => {
    await using people = await createPeople(kind);
    const { engine, store } = people;
    await store.ensureTenant({ ...OTHER, nowMs: people.clock.now() });
    const mine = await engine.createRecipient(TENANT, ADA);
    await engine.upsertRecipients(OTHER, [{ externalId: "u1", firstName: "Theirs" }]);
    expect(await engine.findRecipient(TENANT.id, "u1")).toEqual(mine);
    expect(await engine.findRecipient(OTHER.id, mine.id)).toBeNull();
    expect(await engine.deleteRecipient(OTHER, mine.id)).toBe(false);
    expect(await engine.patchRecipient(OTHER, mine.id, { firstName: "x" })).toBeNull();
  });

  test("deleteRecipient() cancels before it answers, and nothing of them is sent or kept", async () => {
    await using people = await createPeople(kind);
    const { engine, store, clock } = people;
    const { id } = await engine.createRecipient(TENANT, ADA);
    await engine.start();
    people.answer = () => ({ kind: "permanent", error: "http://one.test/ is gone" });
    await people.accept({ schedule: { in: "PT1M" }, to: { recipient: "u1" }, content: { text: "Hey Ada" } });
    await clock.advance(2 * 60_000);
    const daily = await people.accept({ schedule: { cron: "0 9 * * *" }, to: { recipient: id } });
    const near = await people.accept({ schedule: { in: "PT5M" }, to: { recipient: id } });
    expect(await engine.deleteRecipient(TENANT, "u1")).toBe(true);
    for (const reminder of [daily, near])
      expect((await store.findReminder(TENANT.id, reminder))?.reminder.state).toBe("cancelled");
    await engine.inStep();
    await clock.advance(3_600_000);
    expect(people.sent).toHaveLength(1);
    const page = {
      tenantId: TENANT.id,
      limit: 10,
      after: undefined,
      state: undefined,
      reminderId: undefined,
    };
    const { items } = await store.listDeliveries(page);
    expect(items.length).toBeGreaterThan(1);
    expect(JSON.stringify(items)).not.toContain("one.test");
    expect(await store.listRecipientChanges(10)).toEqual([]);
    expect(await engine.deleteRecipient(TENANT, "u1")).toBe(false);
    expect(people.faults).toEqual([]);
  });

  test("patchRecipient() judges only what it touches", async () => {
    await using people = await createPeople(kind);
    // What a channel took once, and takes no longer.
    await people.put("rcp_ada", { addresses: { webhook: "ftp://old.test/" } });
    const renamed = await people.engine.patchRecipient(TENANT, "rcp_ada", { firstName: "Eve" });
    expect(renamed).toMatchObject({ firstName: "Eve", addresses: { webhook: "ftp://old.test/" } });
    const wrong = people.engine.patchRecipient(TENANT, "rcp_ada", { addresses: { sms: "+14155552671" } });
    await expect(wrong).rejects.toBeInstanceOf(InvalidInputError);
  });
});
