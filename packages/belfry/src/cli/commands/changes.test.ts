import { describe, expect, test } from "vitest";
import { ok, runAgainst } from "../test/against.ts";
import { sampleDelivery, sampleReminder } from "../test/samples.ts";

const CHANGED = { ...sampleReminder({ revision: 2 }), withdrawn: 1, planned: 0, inFlight: 2 };
const GONE = { status: 404, body: { status: 404, code: "not_found", detail: "Cannot pause: there is none" } };

describe("belfry pause and resume", () => {
  test("pause reports each, with what became of deliveries, and ends with 1 when one failed", async () => {
    const answers = {
      "POST /v1/reminders/rem_1/pause": ok({ ...CHANGED, state: "paused" }),
      "POST /v1/reminders/rem_9/pause": GONE,
    };
    const { code, out, err } = await runAgainst(answers, ["pause", "rem_9", "rem_1"]);
    expect(code).toBe(1);
    expect(out).toBe(
      "Paused rem_1; 1 waiting will not be sent as planned; 2 being sent may still arrive as before.\n",
    );
    expect(err).toBe("Cannot pause rem_9: there is none\n");
  });

  test("resume sends the policy that is given, and says when it rings", async () => {
    const answers = {
      "POST /v1/reminders/rem_1/resume": ok({ ...CHANGED, withdrawn: 0, planned: 1, inFlight: 0 }),
    };
    const { out, seen } = await runAgainst(answers, ["resume", "rem_1", "--missed", "all"]);
    expect(seen[0]?.body).toEqual({ missed: "all" });
    expect(out).toBe(
      "Resumed rem_1: it rings in 10 seconds, on Mon 23 Nov 2026 09:30:10 CET; 1 delivery waits.\n",
    );
  });

  test("resume says nothing of the policy when none is given, and refuses an unknown one", async () => {
    const answers = { "POST /v1/reminders/rem_1/resume": ok(CHANGED) };
    expect((await runAgainst(answers, ["resume", "rem_1"])).seen[0]?.body).toEqual({});
    const { code, err, seen } = await runAgainst(answers, ["resume", "rem_1", "--missed", "some"]);
    expect(code).toBe(2);
    expect(err).toContain("Allowed choices are latest, all, none.");
    expect(seen).toEqual([]);
  });
});

describe("belfry skip", () => {
  const skipped = { nominal: "2026-12-24T09:30", due: "2026-12-24T08:30:00Z", resolution: {} };
  const answers = { "POST /v1/reminders/rem_1/skip": ok({ ...CHANGED, withdrawn: 0, inFlight: 0, skipped }) };

  test("skip names the occurrence that is given, as the API writes it", async () => {
    const { out, seen } = await runAgainst(answers, ["skip", "rem_1", "--occurrence", "2026-12-24 9:30"]);
    expect(seen[0]?.body).toEqual({ occurrence: "2026-12-24T09:30" });
    expect(out).toBe(
      "Skipped Thu 24 Dec 2026 09:30:00 CET of rem_1; it rings in 10 seconds, on Mon 23 Nov 2026 09:30:10 CET.\n",
    );
  });

  test("skip leaves it to the server which is the next", async () => {
    expect((await runAgainst(answers, ["skip", "rem_1"])).seen[0]?.body).toEqual({});
  });
});

describe("belfry trigger and snooze", () => {
  const rung = sampleDelivery({ state: "scheduled", due: "2026-11-23T16:00:00Z" });

  test("trigger rings each now", async () => {
    const answers = { "POST /v1/reminders/rem_1/trigger": { status: 201, body: rung } };
    const { code, out, seen } = await runAgainst(answers, ["trigger", "rem_1"]);
    expect(code).toBe(0);
    expect(out).toBe("Ringing rem_1 now, as dlv_1.\n");
    expect(seen[0]?.headers["idempotency-key"]).toMatch(/.{36}/);
  });

  test.each([
    [["--for", "1h30m"], { for: "PT1H30M" }],
    [["--until", "17:00"], { until: "2026-11-23T16:00:00Z" }],
    [["--until", "2026-12-01 09:00"], { until: "2026-12-01T08:00:00Z" }],
    [["--until", "2026-12-01T09:00-05:00"], { until: "2026-12-01T14:00:00Z" }],
  ])("snooze takes %j, of reminders and of deliveries", async (argv, body) => {
    const answers = {
      "POST /v1/reminders/rem_1/snooze": { status: 201, body: rung },
      "POST /v1/deliveries/dlv_7/snooze": { status: 201, body: rung },
    };
    const { code, out, seen } = await runAgainst(answers, ["snooze", "rem_1", "dlv_7", ...argv]);
    expect(code).toBe(0);
    expect(seen.map((request) => request.body)).toEqual([body, body]);
    expect(out).toContain(
      "rem_1 rings once more in 7 hours 30 minutes, on Mon 23 Nov 2026 17:00:00 CET, as dlv_1.\n",
    );
  });

  test.each([
    [["rem_1"], "Cannot snooze: say for how long: --for 10m, or --until 17:00"],
    [["abc", "--for", "10m"], 'Cannot snooze: "abc" is no id; allowed: rem_… or dlv_…'],
    [["rem_1", "--for", "10m", "--until", "17:00"], "cannot be used with option '--until"],
    [["rem_1", "--until", "soon"], 'Allowed: "2030-12-02 09:00" on the clocks of this machine'],
    [["rem_1", "--for", "soon"], "Allowed: 10s, 5m"],
  ])("snooze ends with 2 and asks nobody when called with %j", async (argv, part) => {
    const { code, err, seen } = await runAgainst({}, ["snooze", ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(part);
    expect(seen).toEqual([]);
  });
});
