import { expect } from "vitest";
import type { SimulatedDelivery } from "../../src/domain/simulation.ts";
import { type Expected, expectedOf, type World } from "./expected.ts";
import { type Fleet, YEAR } from "./fleet.ts";
import { wallOf } from "./wall-oracle.ts";

/** What a send may be later than the instant itself. */
const PROMPT_MS = 1_000;

/** Everybody got what they were to get in the year: once, then, and with a reason if it was not at 09:00. */
export function expectAsExpected(
  deliveries: readonly SimulatedDelivery[],
  { fleet, ...world }: World & { fleet: Fleet },
): void {
  const ofYear = deliveries.filter(({ key }) => key === String(YEAR));
  const byPerson = Map.groupBy(ofYear, ({ recipient }) => recipient);
  const expected = expectedOf(fleet, world);
  const wrong = [...expected].flatMap(([id, one]) => wrongOf(id, one, byPerson.get(id) ?? []));
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(ofYear.length).toBe(fleet.people.length);
  // The test is about something: there were sends at 09:00, late ones, and some that were no longer useful.
  const late = ofYear.filter(({ latenessMs }) => (latenessMs ?? 0) > PROMPT_MS);
  expect(late.length).toBeGreaterThan(0);
  process.stdout.write(`fleet: ${ofYear.length} in the year, ${late.length} late with a reason\n`);
}

function wrongOf(id: string, expected: Expected, got: readonly SimulatedDelivery[]): string[] {
  const [one, second] = got;
  if (!one) return [`${id} got nothing; expected ${say(expected)}`];
  if (second) return [`${id} got ${got.map(tell).join(" and ")}`];
  const faults = faultsOf(one, expected);
  const isWrong = faults.length > 0 && (!expected.or || faultsOf(one, expected.or).length > 0);
  return isWrong ? [`${id} ${faults.join(", ")}: ${tell(one)}; expected ${say(expected)}`] : [];
}

function faultsOf(one: SimulatedDelivery, expected: Expected): string[] {
  const isSent = expected.kind === "sent";
  const atMs = isSent ? one.sentMs : null;
  const faults: string[] = [];
  if (isSent !== (one.state === "delivered")) faults.push(`is ${one.state}`);
  if (one.dueMs !== expected.dueMs) faults.push("is due at another instant");
  if (atMs !== null && Math.abs(atMs - expected.atMs) > PROMPT_MS) faults.push("went at another instant");
  const isLate = atMs === null || atMs - one.dueMs > PROMPT_MS;
  if (isLate && one.reason === null) faults.push("has no reason");
  if (!isLate && !isAtNine(atMs, expected.timeZone)) faults.push("is not at 09:00");
  return faults;
}

function isAtNine(atMs: number | null, timeZone: string): boolean {
  return atMs !== null && new Date(wallOf(atMs, timeZone)).toISOString().slice(11, 16) === "09:00";
}

function say({ kind, atMs, dueMs, timeZone }: Expected): string {
  return `${kind} at ${iso(atMs)}, due ${iso(dueMs)} in ${timeZone}`;
}

function tell({ state, dueMs, sentMs, reason }: SimulatedDelivery): string {
  return `${state}, due ${iso(dueMs)}, sent ${sentMs === null ? "never" : iso(sentMs)} (${reason})`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
