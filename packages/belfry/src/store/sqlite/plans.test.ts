import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DeliveryState } from "../../domain/delivery.ts";
import type { ReminderState } from "../../domain/reminder.ts";
import { claimRequest, NOW, TENANT } from "../contract/fixtures.ts";
import { createIntake } from "./accept.ts";
import { createLeasing } from "./claim.ts";
import { createClaimedFor } from "./claimed-for.ts";
import { createDeliveryReads } from "./deliveries.ts";
import { createHistory } from "./history.ts";
import { migrate } from "./migrate.ts";
import { createReminderReads } from "./reminders.ts";

const nothing = (): void => {};
const ledger = { note: nothing, moved: nothing };
let db: DatabaseSync;
/** Every statement that was prepared since the last look. */
let prepared: string[] = [];

beforeAll(() => {
  db = new DatabaseSync(":memory:");
  migrate(db, NOW);
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    prepared.push(sql);
    return prepare(sql);
  };
});
afterAll(() => db.close());

/** The steps of SQLite's plan for each statement that `build` prepares. */
function plansOf(build: () => unknown): { sql: string; steps: string[] }[] {
  prepared = [];
  build();
  return prepared.map((sql) => ({ sql, steps: explain(sql) }));
}

function explain(sql: string): string[] {
  return db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map((row) => String(row.detail));
}

const leasingParts = () => ({
  history: createHistory(db, ledger),
  ledger,
  claimedFor: createClaimedFor({ findRecipient: () => null, findCampaign: () => null }),
});

/** Reads a whole table, or sorts all it has read (not just ties): either would grow with what rests there. */
const isUnbounded = (step: string): boolean =>
  /^SCAN (deliveries|reminders)|USE TEMP B-TREE (?!FOR LAST TERM)/.test(step);

describe("the plans of SQLite", () => {
  test("claim by the claim's own index, whatever rests in the future", () => {
    const steps = plansOf(() => createLeasing(db, leasingParts())).flatMap((plan) => plan.steps);
    expect(steps).toContainEqual(expect.stringContaining("USING INDEX deliveries_claim (claim_at<?)"));
    expect(steps).toContainEqual(expect.stringContaining("deliveries_parked (lane=? AND send_at<?)"));
    expect(createLeasing(db, leasingParts()).claim(claimRequest()).claims).toEqual([]);
  });

  test("promote by the due index", () => {
    const steps = plansOf(() =>
      createIntake(db, { history: createHistory(db, ledger), ledger, keepReceipt: nothing }),
    ).flatMap((plan) => plan.steps);
    expect(steps).toContainEqual(expect.stringContaining("USING INDEX reminders_due (next_due"));
  });

  test("read no whole table and sort nothing in any list", () => {
    const plans = plansOf(() => [createReminderReads(db), createDeliveryReads(db)]);
    // What was missed is looked for once, at start, and needs all of it.
    const lists = plans.filter(({ sql }) => sql.includes("LIMIT") && !sql.includes("story = '[]'"));
    expect(lists).toHaveLength(15);
    expect(lists.filter(({ steps }) => steps.some(isUnbounded))).toEqual([]);
  });

  test("read one reminder's deliveries by the reminder's index", () => {
    const plans = plansOf(() => [createReminderReads(db), createDeliveryReads(db)]);
    const ofReminder = plans.filter(({ sql }) => /reminder_id = \?/.test(sql));
    const steps = ofReminder
      .flatMap((plan) => plan.steps)
      .filter((step) => step.startsWith("SEARCH deliveries"));
    expect(steps).toHaveLength(6);
    expect(steps.filter((step) => !/_reminder \(tenant_id=\? AND reminder_id=\?/.test(step))).toEqual([]);
  });

  test("find every state by a list without an error", () => {
    const deliveries = createDeliveryReads(db);
    const states: (DeliveryState | undefined)[] = [
      undefined,
      "scheduled",
      "leased",
      "retrying",
      "delivered",
      "dead",
      "expired",
      "cancelled",
    ];
    for (const state of states) {
      for (const reminderId of [undefined, "rem_1"]) {
        expect(
          deliveries.list({ tenantId: TENANT, limit: 5, after: undefined, state, reminderId }).items,
        ).toEqual([]);
      }
    }
    const reminders = createReminderReads(db);
    const reminderStates: (ReminderState | undefined)[] = [
      undefined,
      "active",
      "paused",
      "finished",
      "cancelled",
    ];
    for (const state of reminderStates) {
      expect(reminders.list({ tenantId: TENANT, limit: 5, after: undefined, state }).items).toEqual([]);
    }
  });
});
