import { describe, expect, test } from "vitest";
import type { SimulatedReminder, SimulationReport, SimulationRequest } from "../domain/simulation.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";
import { simulate } from "./simulate.ts";

const at = (text: string): number => Date.parse(text);
const PARIS = "Europe/Paris";
const ADA = {
  id: "ada",
  timeZone: PARIS,
  dates: { birthday: "1990-06-15" },
  addresses: { email: "ada@one.test" },
};
const YEARLY = { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } };

function requestOf(change: Partial<SimulationRequest> = {}): SimulationRequest {
  const stretch = { fromMs: at("2027-01-01T00:00Z"), toMs: at("2028-01-01T00:00Z") };
  const nothing = { recipients: [], reminders: [], campaigns: [], outages: [], changes: [] };
  return { ...stretch, timeZone: "UTC", ...nothing, ...change };
}

function reminderOf(schedule: object, change: Partial<SimulatedReminder> = {}): SimulatedReminder {
  return {
    id: "it",
    schedule,
    to: { channel: "email", address: "a@one.test" },
    content: { text: "hi" },
    ...change,
  };
}

async function run(change: Partial<SimulationRequest>): Promise<SimulationReport> {
  const store = openSqliteStore({ path: ":memory:", nowMs: 0 });
  try {
    const report = await simulate({ stores: [store], request: requestOf(change) });
    expect([...new Set(report.faults)]).toEqual([]);
    return report;
  } finally {
    await store.close();
  }
}

function told({ deliveries }: SimulationReport, ...fields: (keyof SimulationReport["deliveries"][number])[]) {
  return deliveries.map((delivery) => fields.map((field) => delivery[field]));
}

describe("simulate()", () => {
  test("tells what goes to whom, when, and how its time was resolved", async () => {
    const to = { recipient: "ada" };
    const report = await run({
      recipients: [{ ...ADA, name: "Ada" }],
      reminders: [reminderOf(YEARLY, { to })],
    });
    expect(report.deliveries).toMatchObject([
      {
        recipient: "Ada",
        source: "it",
        channel: "email",
        kind: "rule",
        key: "2027",
        nominal: "2027-06-15T09:00",
        dueMs: at("2027-06-15T07:00Z"),
        sentMs: at("2027-06-15T07:00Z"),
        latenessMs: 0,
        state: "delivered",
        resolved: "exact",
        timeZone: PARIS,
        local: "2027-06-15T09:00",
        reason: null,
      },
    ]);
  });

  test("names gaps and repeated hours, with the reason", async () => {
    const report = await run({
      fromMs: at("2027-03-27T00:00Z"),
      toMs: at("2027-11-01T00:00Z"),
      reminders: [
        reminderOf({ at: "2027-03-28T02:30", timeZone: PARIS }),
        reminderOf({ at: "2027-10-31T02:30", timeZone: PARIS }),
      ],
    });
    expect(told(report, "resolved", "local")).toEqual([
      ["gap", "2027-03-28T03:30"],
      ["fold", "2027-10-31T02:30"],
    ]);
    expect(told(report, "reason").join("\n")).toMatch(
      /is skipped in Europe\/Paris[\s\S]*comes twice in Europe\/Paris/,
    );
  });

  test("sends what fell due in an outage after it, and says why it is late", async () => {
    const outage = { fromMs: at("2027-06-15T06:30Z"), toMs: at("2027-06-16T06:30Z") };
    const report = await run({
      recipients: [ADA],
      reminders: [reminderOf(YEARLY, { to: { recipient: "ada" } })],
      outages: [outage],
    });
    expect(told(report, "sentMs", "latenessMs")).toEqual([
      [outage.toMs, outage.toMs - at("2027-06-15T07:00Z")],
    ]);
    expect(report.deliveries[0]?.reason).toContain(
      "nothing ran from 2027-06-15T06:30:00Z to 2027-06-16T06:30:00Z",
    );
  });

  test("tells what expires unsent in an outage, with catchUp", async () => {
    const report = await run({
      fromMs: at("2027-06-14T12:00Z"),
      toMs: at("2027-06-17T00:00Z"),
      reminders: [reminderOf({ cron: "0 9 * * *" }, { catchUp: "none" })],
      outages: [{ fromMs: at("2027-06-15T08:00Z"), toMs: at("2027-06-15T18:00Z") }],
    });
    expect(told(report, "state", "sentMs", "dueMs")).toEqual([
      ["expired", null, at("2027-06-15T09:00Z")],
      ["delivered", at("2027-06-16T09:00Z"), at("2027-06-16T09:00Z")],
    ]);
    expect(report.deliveries[0]?.reason).toContain("catchUp is none");
  });

  test("holds back in quiet hours, until their end", async () => {
    const quiet = { ...ADA, quietHours: { from: "08:00", to: "10:30" } };
    const report = await run({
      recipients: [quiet],
      reminders: [reminderOf(YEARLY, { to: { recipient: "ada" } })],
    });
    expect(told(report, "local", "latenessMs")).toEqual([["2027-06-15T10:30", 90 * 60_000]]);
    expect(report.deliveries[0]?.reason).toContain("held back by quiet hours");
  });

  test("follows a recipient who moves, and a date that is corrected, also during an outage", async () => {
    const changes = [
      { recipient: "ada", atMs: at("2027-03-01T00:00Z"), timeZone: "America/New_York" },
      { recipient: "ada", atMs: at("2027-04-01T12:00Z"), dates: { birthday: "1990-07-01" } },
    ];
    const outages = [{ fromMs: at("2027-04-01T00:00Z"), toMs: at("2027-04-02T00:00Z") }];
    const campaigns = [{ id: "birthday", schedule: YEARLY, content: { text: "hi" } }];
    const report = await run({ recipients: [ADA], campaigns, changes, outages });
    expect(told(report, "source", "sentMs", "timeZone")).toEqual([
      ["birthday", at("2027-07-01T13:00Z"), "America/New_York"],
    ]);
  });

  test("leaves out what can no longer ring, with the reason, and sends the rest; endpoints included", async () => {
    const report = await run({
      reminders: [
        reminderOf({ at: "2020-01-01T00:00:00Z" }, { id: "old" }),
        reminderOf({ at: "2027-02-01T00:00:00Z" }, { id: "coming", to: { endpoint: "crm" } }),
        reminderOf({ cron: "0 9 31 2 *" }, { id: "never" }),
      ],
      campaigns: [{ id: "broken", schedule: { cron: "x" }, content: { text: "hi" } }],
    });
    expect(report.leftOut.map(({ id }) => id)).toEqual(["old", "never", "broken"]);
    expect(report.leftOut[0]?.reason).toContain("is in the past");
    expect(told(report, "source", "channel")).toEqual([["coming", "webhook"]]);
  });

  test("sends what a campaign has for an endpoint there, whoever has no address, and fills in links", async () => {
    const { addresses: _, ...ada } = ADA;
    const content = { text: "{{ recipient.id }} {{ links.acknowledge }}" };
    const campaign = { id: "birthdays", schedule: YEARLY, content, endpoint: "crm" };
    const report = await run({ recipients: [ada], campaigns: [campaign] });
    expect(report.leftOut).toEqual([]);
    expect(told(report, "source", "channel", "state")).toEqual([["birthdays", "webhook", "delivered"]]);
  });

  test("tells the same every time", async () => {
    const request = { recipients: [ADA], reminders: [reminderOf({ cron: "0 9 1 * *", timeZone: PARIS })] };
    expect(await run(request)).toEqual(await run(request));
  });

  test("ends early once nobody wants it", async () => {
    const store = openSqliteStore({ path: ":memory:", nowMs: 0 });
    const controller = new AbortController();
    const shares: number[] = [];
    const watch = {
      signal: controller.signal,
      onProgress: (share: number) => {
        if (shares.push(share) === 10) controller.abort();
      },
    };
    await expect(simulate({ stores: [store], request: requestOf(), watch })).rejects.toMatchObject({
      code: "simulation_aborted",
    });
    expect(shares).toHaveLength(10);
    await store.close();
  });
});
