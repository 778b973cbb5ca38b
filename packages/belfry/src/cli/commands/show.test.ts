import { describe, expect, test } from "vitest";
import type { Delivery } from "../resources.ts";
import { ok, page, runAgainst } from "../test/against.ts";
import type { FakeAnswer } from "../test/fake-server.ts";
import { sampleDelivery, sampleReminder } from "../test/samples.ts";

const STATES = ["delivered", "dead", "expired", "cancelled", "leased", "retrying", "scheduled"] as const;

function pathOf(state: string): string {
  return `GET /v1/deliveries?reminder=rem_1&state=${state}&limit=100`;
}

/** A reminder with these deliveries, as the API gives them: by state, and each with its story. */
function answersWith(deliveries: readonly Delivery[]): Record<string, FakeAnswer> {
  const lists = STATES.map((state) => [pathOf(state), page(deliveries.filter((one) => one.state === state))]);
  const stories = deliveries.map((one) => [
    `GET /v1/deliveries/${one.id}`,
    ok({ ...sampleDelivery(), ...one }),
  ]);
  return { "GET /v1/reminders/rem_1": ok(sampleReminder()), ...Object.fromEntries([...lists, ...stories]) };
}

function delivery(state: Delivery["state"], minute: number): Delivery {
  const due = `2026-11-23T08:${String(minute).padStart(2, "0")}:00Z`;
  return sampleDelivery({ id: `dlv_${state}${minute}`, state, due, sendAt: due });
}

describe("belfry show", () => {
  test("show tells the story when given a delivery", async () => {
    const { out } = await runAgainst({ "GET /v1/deliveries/dlv_1": ok(sampleDelivery()) }, ["show", "dlv_1"]);
    expect(out).toContain("late by   2 ms");
    expect(out).toContain(
      "story\n  2026-11-20 09:15:00.000  became a delivery\n  2026-11-20 09:30:00.020  delivered",
    );
  });

  test("show gives the reminder with the story of its delivery when there is one", async () => {
    const { code, out } = await runAgainst(answersWith([delivery("delivered", 20)]), ["show", "rem_1"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^reminder +rem_1\nmessage +Stand-up\n/);
    expect(out).toContain("\nsettled: 1 delivered\n");
    expect(out).toContain("became a delivery");
    expect(out).not.toContain("waiting:");
  });

  test("show tells what happened, latest first, before what waits, soonest first, when there is much of both", async () => {
    const minutes = Array.from({ length: 7 }, (_, index) => index);
    const settled = minutes.map((minute) => delivery(minute === 5 ? "dead" : "delivered", minute));
    const waiting = minutes.map((minute) => delivery("scheduled", 40 + minute)).reverse();
    const { out } = await runAgainst(answersWith([...waiting, ...settled]), ["show", "rem_1"]);
    expect(out.match(/dlv_\w+/g)).toEqual([
      ...["dlv_delivered6", "dlv_dead5", "dlv_delivered4", "dlv_delivered3", "dlv_delivered2"],
      ...[40, 41, 42, 43, 44].map((minute) => `dlv_scheduled${minute}`),
    ]);
    expect(out).toContain("settled: 6 delivered, 1 dead\n");
    expect(out).toContain("waiting: 7 scheduled\n");
    expect(out).toContain("all of them: belfry deliveries --reminder rem_1 --all");
  });

  test("show says that there may be more when a state fills a page", async () => {
    const first = delivery("delivered", 1);
    const full = page(
      Array.from({ length: 100 }, () => first),
      "more",
    );
    const { out } = await runAgainst({ ...answersWith([first]), [pathOf("delivered")]: full }, [
      "show",
      "rem_1",
    ]);
    expect(out).toContain("settled: 100 or more delivered\n");
  });

  test("show prints one document when asked for JSON", async () => {
    const both = [delivery("delivered", 20), delivery("scheduled", 40)];
    const { out } = await runAgainst(answersWith(both), ["show", "rem_1", "--json"]);
    expect(JSON.parse(out)).toEqual({
      ...sampleReminder(),
      deliveries: both.map((one) => ({ ...sampleDelivery(), ...one })),
      deliveryCounts: [
        { state: "delivered", count: 1, isAll: true },
        { state: "scheduled", count: 1, isAll: true },
      ],
    });
  });

  test("show says so when there are no deliveries", async () => {
    const { out } = await runAgainst(answersWith([]), ["show", "rem_1"]);
    expect(out).toMatch(/\nIt has no deliveries yet\.\n$/);
  });

  test("show ends with 1 when there is none", async () => {
    const { code, err } = await runAgainst({}, ["show", "rem_9"]);
    expect(code).toBe(1);
    expect(err).toBe("Cannot show: there is nothing at /v1/reminders/rem_9\n");
  });
});
