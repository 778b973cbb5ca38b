import { describe, expect, test } from "vitest";
import { ok, runAgainst } from "./test/against.ts";
import { sampleDelivery, sampleReminder } from "./test/samples.ts";

const GONE = { status: 404, code: "not_found", detail: "Cannot read reminder: there is none with this id" };
const CANCELLED = ok({ ...sampleReminder({ state: "cancelled" }), cancelled: 1, inFlight: 1 });
const ONE_OF_TWO = {
  "GET /v1/reminders/rem_1": ok(sampleReminder()),
  "DELETE /v1/reminders/rem_1": CANCELLED,
  "GET /v1/reminders/rem_9": { status: 404, body: GONE },
};

describe("belfry cancel", () => {
  test("cancel reports each and ends with 1 when one of several failed", async () => {
    const { code, out, err, seen } = await runAgainst(ONE_OF_TWO, ["cancel", "rem_9", "rem_1", "rem_1"]);
    expect(code).toBe(1);
    expect(out).toBe("Cancelled rem_1; 1 waiting will not be sent; 1 being sent may still arrive.\n");
    expect(err).toBe("Cannot cancel rem_9: there is none with this id\n");
    expect(seen.filter(({ method }) => method === "DELETE")).toHaveLength(1);
  });

  test("cancel needs no look at the reminder when the key may only write", async () => {
    const body = {
      status: 403,
      code: "forbidden",
      detail: 'Cannot let the request in: the key lacks "read"',
    };
    const answers = { ...ONE_OF_TWO, "GET /v1/reminders/rem_1": { status: 403, body } };
    const { code, out } = await runAgainst(answers, ["cancel", "rem_1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Cancelled rem_1; /);
  });

  test("cancel prints what became of each when asked for JSON", async () => {
    const { out } = await runAgainst(ONE_OF_TWO, ["cancel", "rem_9", "rem_1", "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      results: [
        { id: "rem_9", problem: { status: 404, code: "not_found" } },
        { id: "rem_1", reminder: { id: "rem_1", cancelled: 1 } },
      ],
    });
  });

  test("cancel says since when it is cancelled when it is cancelled twice", async () => {
    const before = sampleReminder({ state: "cancelled", updatedAt: "2026-11-20T08:30:00Z" });
    const answers = {
      "GET /v1/reminders/rem_1": ok(before),
      "DELETE /v1/reminders/rem_1": ok({ ...before, cancelled: 0, inFlight: 0 }),
    };
    const { code, out } = await runAgainst(answers, ["cancel", "rem_1"]);
    expect(code).toBe(0);
    expect(out).toBe("rem_1 was cancelled already, 3 days ago; there was nothing left to cancel.\n");
  });

  test("cancel says so when there was nothing left to cancel", async () => {
    const finished = sampleReminder({ state: "finished", next: null });
    const answers = {
      "GET /v1/reminders/rem_1": ok(finished),
      "DELETE /v1/reminders/rem_1": ok({ ...finished, cancelled: 0, inFlight: 0 }),
    };
    const { code, out } = await runAgainst(answers, ["cancel", "rem_1"]);
    expect(code).toBe(0);
    expect(out).toBe("rem_1 is finished: there was nothing left to cancel.\n");
  });
});

describe("belfry retry", () => {
  test("retry reports each when all went well", async () => {
    const answers = { "POST /v1/deliveries/dlv_1/retry": ok(sampleDelivery({ state: "scheduled" })) };
    const { code, out } = await runAgainst(answers, ["retry", "dlv_1"]);
    expect(code).toBe(0);
    expect(out).toBe("Sending dlv_1 again.\n");
  });
});
