/**
 * What the pure core of time costs: reading and planning a schedule, and finding the next occurrence,
 * for rules begun thirty years ago and now. Run: node bench/time.ts
 */
import { Cron } from "croner";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { type PlanContext, planOf, readSchedule } from "../packages/belfry/src/time/schedule.ts";
import { microseconds } from "./microseconds.ts";

const NOW_MS = Date.UTC(2026, 1, 1);
const ZONE = "America/New_York";
const context: PlanContext = { acceptedAtMs: NOW_MS, timeZone: ZONE };

function attempt(call: () => number): string {
  try {
    return call().toFixed(2).padStart(10);
  } catch (error) {
    return `refuses: ${String(error).slice(0, 60)}`;
  }
}

function reportPlans(): void {
  console.log("\nread and plan, then the first next(), microseconds");
  const schedules: unknown[] = [
    { at: "2026-12-01T09:00:00+01:00" },
    { at: "2026-12-01T09:00" },
    { in: "PT15M" },
    { every: "PT15M" },
    { cron: "30 8 * * 1-5" },
    { rrule: "FREQ=MONTHLY;BYDAY=-1FR", start: "2026-01-30T17:00" },
    { yearly: { on: "03-15", time: "09:00" } },
    { text: "every weekday at 8:30" },
  ];
  for (const schedule of schedules) {
    const read = microseconds(() => planOf(readSchedule(schedule, context), context).next(NOW_MS));
    console.log(read.toFixed(2).padStart(10), JSON.stringify(schedule));
  }
}

const RULES = [
  "FREQ=DAILY",
  "FREQ=WEEKLY;BYDAY=MO,WE,FR",
  "FREQ=MONTHLY;BYDAY=-1FR",
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
  "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
  "FREQ=YEARLY;BYDAY=20MO",
  "FREQ=DAILY;COUNT=20000",
  "FREQ=MONTHLY;BYDAY=-1FR;COUNT=500",
  "FREQ=HOURLY;INTERVAL=6",
  "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10",
];

function reportRules(): void {
  console.log(
    "\nnext(), microseconds: ours begun 1996, ours begun 2026, rrule-temporal begun 1996 (next, construct)",
  );
  for (const rule of RULES) {
    const [old = "", young = ""] = ["1996-01-26T09:00", "2026-01-26T09:00"].map((start) => {
      const plan = planOf(readSchedule({ rrule: rule, start }, context), context);
      return attempt(() => microseconds((round) => plan.next(NOW_MS + (round % 500) * 3_600_000)));
    });
    const rruleString = `DTSTART;TZID=${ZONE}:19960126T090000\nRRULE:${rule}`;
    const theirs = attempt(() => {
      const library = new RRuleTemporal({ rruleString });
      const instants = Array.from({ length: 500 }, (_, i) =>
        Temporal.Instant.fromEpochMilliseconds(NOW_MS + i * 3_600_000).toZonedDateTimeISO(ZONE),
      );
      return microseconds((round) => library.next(instants[round % 500]));
    });
    const construct = attempt(() => microseconds(() => new RRuleTemporal({ rruleString })));
    console.log(old, young, theirs, construct, rule);
  }
}

function reportCron(): void {
  console.log("\ncron next(), microseconds: ours, croner");
  for (const cron of ["30 8 * * 1-5", "*/5 * * * *", "0 0 29 2 *", "15 3 1,15 * *"]) {
    const plan = planOf(readSchedule({ cron }, context), context);
    const ours = microseconds((round) => plan.next(NOW_MS + (round % 500) * 3_600_000));
    const library = new Cron(cron, { timezone: ZONE });
    const theirs = microseconds((round) => library.nextRun(new Date(NOW_MS + (round % 500) * 3_600_000)));
    console.log(ours.toFixed(2).padStart(10), theirs.toFixed(2).padStart(10), cron);
  }
}

function reportImpossible(): void {
  console.log("\nrefusal of a rule that never fires, milliseconds: ours");
  const rules: unknown[] = [
    { rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", start: "2026-01-01T09:00" },
    { rrule: "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", start: "2026-01-01T09:00" },
    { rrule: "FREQ=SECONDLY;BYMONTHDAY=30;BYMONTH=2", start: "2026-01-01T09:00" },
    { rrule: "FREQ=MINUTELY;INTERVAL=2;BYMINUTE=1", start: "2026-01-01T09:00" },
    { rrule: "FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=100", start: "2026-01-01T09:00" },
    { cron: "0 0 30 2 *" },
  ];
  for (const rule of rules) {
    const startMs = performance.now();
    let outcome = "accepted";
    try {
      planOf(readSchedule(rule, context), context);
    } catch (error) {
      outcome = String(error);
    }
    console.log((performance.now() - startMs).toFixed(2).padStart(10), JSON.stringify(rule), outcome);
  }
}

console.log(`node ${process.version}, zone data ${process.versions.tz}`);
reportPlans();
reportRules();
reportCron();
reportImpossible();
