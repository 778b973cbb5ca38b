import { describe, expect, test } from "vitest";
import { ok, runAgainst } from "../test/against.ts";
import { sampleDelivery } from "../test/samples.ts";

const ACKNOWLEDGED = {
  deliveryId: "dlv_1",
  reminderId: "rem_1",
  occurrenceId: "occ_1",
  acknowledgedAt: "2026-11-23T08:30:00Z",
  isRepeat: false,
  cancelled: 1,
  inFlight: 0,
};

describe("belfry acknowledge", () => {
  test("says for each what became of it, and of an unknown one why not", async () => {
    const problem = { type: "about:blank", title: "Not Found", status: 404, code: "not_found" };
    const detail = 'Cannot acknowledge the delivery: there is none with the id "dlv_9"';
    const { out, err, code } = await runAgainst(
      {
        "POST /v1/deliveries/dlv_1/acknowledge": ok(ACKNOWLEDGED),
        "POST /v1/deliveries/dlv_2/acknowledge": ok({ ...ACKNOWLEDGED, deliveryId: "dlv_2", isRepeat: true }),
        "POST /v1/deliveries/dlv_3/acknowledge": ok({
          ...ACKNOWLEDGED,
          deliveryId: "dlv_3",
          cancelled: 0,
          inFlight: 2,
        }),
        "POST /v1/deliveries/dlv_9/acknowledge": {
          status: 404,
          body: { ...problem, detail, requestId: "req_1" },
        },
      },
      ["acknowledge", "dlv_1", "dlv_2", "dlv_3", "dlv_9"],
    );
    expect(out).toContain("Acknowledged dlv_1 of rem_1; 1 delivery that waited will not be sent.\n");
    expect(out).toMatch(/dlv_2 was acknowledged already, on Mon 23 Nov 2026 \d\d:30:00/);
    expect(out).toContain(
      "Acknowledged dlv_3 of rem_1; nothing of it waited; 2 deliveries in flight may still arrive.\n",
    );
    expect(err).toContain('there is none with the id "dlv_9"');
    expect(code).toBe(1);
  });

  test("gives the answers of the API with --json", async () => {
    const answers = { "POST /v1/deliveries/dlv_1/acknowledge": ok(ACKNOWLEDGED) };
    const { out } = await runAgainst(answers, ["acknowledge", "dlv_1", "--json"]);
    expect(JSON.parse(out)).toEqual({ results: [{ id: "dlv_1", acknowledged: ACKNOWLEDGED }] });
  });
});

describe("belfry skip of a delivery", () => {
  test("asks the delivery, and takes no occurrence besides", async () => {
    const { code, err, seen } = await runAgainst({}, ["skip", "dlv_1", "--occurrence", "2026-12-24 9:30"]);
    expect([code, seen]).toEqual([2, []]);
    expect(err).toContain("--occurrence names one of a reminder");
    const asked = await runAgainst({}, ["skip", "dlv_1"]);
    expect(asked.seen[0]).toMatchObject({ method: "POST", path: "/v1/deliveries/dlv_1/skip" });
  });
});

test("belfry show tells that a delivery was acknowledged, or snoozed", async () => {
  const acknowledgement = { at: "2026-11-20T08:31:00Z", deliveryId: "dlv_1", snoozedTo: "dlv_2" };
  const answers = { "GET /v1/deliveries/dlv_1": ok(sampleDelivery({ acknowledgement })) };
  const { out } = await runAgainst(answers, ["show", "dlv_1"]);
  expect(out).toMatch(/seen +snoozed to dlv_2, Fri 20 Nov 2026/);
});
