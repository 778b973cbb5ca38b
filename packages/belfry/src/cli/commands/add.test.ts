import { expect, test } from "vitest";
import { ok, runAgainst } from "../test/against.ts";
import { sampleReminder } from "../test/samples.ts";

const answers = { "POST /v1/reminders": { ...ok(sampleReminder()), status: 201 } };
const ADD = ["add", "Pill", "--in", "10s"];

test("belfry add tells how it rings: again and again, also at night, not all at once", async () => {
  const { seen } = await runAgainst(answers, [...ADD, "--repeat", "10m", "--urgent", "--spread", "PT5M"]);
  expect(seen[0]?.body).toMatchObject({ repeat: { every: "PT10M", max: 6 }, urgent: true, spread: "PT5M" });
  const three = await runAgainst(answers, [...ADD, "--repeat", "1h", "--repeat-max", "3"]);
  expect(three.seen[0]?.body).toMatchObject({ repeat: { every: "PT1H", max: 3 } });
  expect((await runAgainst(answers, ADD)).seen[0]?.body).not.toHaveProperty("repeat");
});

test("belfry add refuses a number of repeats without how far apart they are", async () => {
  const { code, err, seen } = await runAgainst({}, [...ADD, "--repeat-max", "3"]);
  expect([code, seen]).toEqual([2, []]);
  expect(err).toContain("--repeat-max needs --repeat");
});
