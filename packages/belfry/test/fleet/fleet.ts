import type {
  SimulatedChange,
  SimulatedRecipient,
  SimulatedReminder,
  SimulationRequest,
  Stretch,
} from "../../src/domain/simulation.ts";
import type { SeededRandom } from "../faults/seeded-random.ts";
import { instantOfWall } from "./wall-oracle.ts";

export const YEAR = 2028;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A day more at both ends: the year begins in Kiritimati while it is still the old one in Honolulu. */
export const FROM_MS = Date.UTC(YEAR - 1, 11, 30);
export const TO_MS = Date.UTC(YEAR + 1, 0, 2);

/** From the first clock of the world to the last, with half hours, quarters, summers in the south, and Ramadan. */
export const ZONES = [
  "Pacific/Kiritimati",
  "Pacific/Auckland",
  "Pacific/Chatham",
  "Australia/Sydney",
  "Australia/Lord_Howe",
  "Australia/Adelaide",
  "Asia/Tokyo",
  "Asia/Shanghai",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Asia/Karachi",
  "Asia/Tehran",
  "Asia/Beirut",
  "Asia/Gaza",
  "Africa/Cairo",
  "Africa/Nairobi",
  "Africa/Casablanca",
  "Europe/Moscow",
  "Europe/Paris",
  "Europe/London",
  "Atlantic/Azores",
  "America/Nuuk",
  "America/St_Johns",
  "America/Sao_Paulo",
  "America/Santiago",
  "America/New_York",
  "America/Chicago",
  "America/Los_Angeles",
  "America/Havana",
  "Pacific/Honolulu",
] as const;

/** A day in the night in which European clocks go forward, and two in the autumn. */
export const OUTAGES: readonly Stretch[] = [
  { fromMs: Date.UTC(YEAR, 2, 25, 21, 53), toMs: Date.UTC(YEAR, 2, 26, 21, 53) },
  { fromMs: Date.UTC(YEAR, 9, 28, 13, 7), toMs: Date.UTC(YEAR, 9, 30, 13, 7) },
];

export interface Fleet {
  people: SimulatedRecipient[];
  changes: SimulatedChange[];
}

/** People of all zones and days; some move, and of some the birthday is corrected, often around that very day. */
export function makeFleet(random: SeededRandom, size: number): Fleet {
  const people: SimulatedRecipient[] = [];
  const changes: SimulatedChange[] = [];
  for (let index = 0; index < size; index++) {
    const person = personOf(random, index);
    people.push(person);
    const roll = random.next();
    if (roll < 0.25) changes.push(moveOf(random, person));
    if (roll < 0.05) changes.push(moveOf(random, person));
    if (roll > 0.9) changes.push(correctionOf(random, person));
    if (roll > 0.98) changes.push(moveOf(random, person));
  }
  // Two changes of one person at one instant would be one.
  return { people, changes: changes.map(apart).sort((a, b) => a.atMs - b.atMs) };
}

function apart(change: SimulatedChange, index: number): SimulatedChange {
  return { ...change, atMs: change.atMs + (index % 997) };
}

function personOf(random: SeededRandom, index: number): SimulatedRecipient {
  // Every zone has somebody, and every 50th person was born on a leap day.
  const timeZone = ZONES[index % ZONES.length] ?? "UTC";
  const birthday = index % 50 === 7 ? "1992-02-29" : dayText(random);
  const id = `person-${index}`;
  return { id, timeZone, dates: { birthday }, addresses: { email: `${id}@example.test` } };
}

function dayText(random: SeededRandom): string {
  const day = new Date(Date.UTC(1992, 0, 1) + random.between(0, 366) * DAY_MS);
  return day.toISOString().slice(0, 10);
}

function moveOf(random: SeededRandom, person: SimulatedRecipient): SimulatedChange {
  const timeZone = ZONES[random.between(0, ZONES.length)] ?? "UTC";
  return { atMs: someInstant(random, person), recipient: person.id, timeZone };
}

/** Half of them by a few days, as a slip is corrected; the others to any day. */
function correctionOf(random: SeededRandom, person: SimulatedRecipient): SimulatedChange {
  const before = Date.parse(`${person.dates?.birthday}T00:00Z`) + random.between(-6, 7) * DAY_MS;
  const near = new Date(before).toISOString().slice(0, 10);
  const birthday = random.next() < 0.5 ? near : dayText(random);
  return { atMs: someInstant(random, person), recipient: person.id, dates: { birthday } };
}

/** Any time of the year, or hours or minutes around what is to be sent. */
function someInstant(random: SeededRandom, { dates, timeZone }: SimulatedRecipient): number {
  const dueMs = dueOf(dates?.birthday ?? "", timeZone ?? "UTC");
  const roll = random.next();
  const anyMs = FROM_MS + random.between(1, TO_MS - FROM_MS - DAY_MS);
  const nearMs = dueMs + random.between(-36 * 60, 36 * 60) * MINUTE_MS;
  const closeMs = dueMs + random.between(-3_000, 3_000);
  const atMs = roll < 0.4 ? anyMs : roll < 0.7 ? nearMs : closeMs;
  return Math.min(Math.max(atMs, FROM_MS + 1), TO_MS - DAY_MS);
}

/** 09:00 on a birthday in the year, by another reckoning than the engine's. */
export function dueOf(birthday: string, timeZone: string): number {
  return instantOfWall(`${YEAR}-${birthday.slice(5)}T09:00`, timeZone);
}

/** A birthday service as one reminder for each. */
export function remindersOf({ people }: Fleet): SimulatedReminder[] {
  return people.map(({ id }) => ({
    id,
    schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
    to: { recipient: id },
    content: { text: "Happy birthday" },
  }));
}

export function requestOf(fleet: Fleet, outages: readonly Stretch[] = OUTAGES): SimulationRequest {
  const stretch = { fromMs: FROM_MS, toMs: TO_MS };
  const { people: recipients, changes } = fleet;
  const all = { ...stretch, timeZone: "UTC", recipients, changes, outages };
  return { ...all, reminders: remindersOf(fleet), campaigns: [] };
}

/** The same as one campaign for all of them. */
export function campaignOf(fleet: Fleet, outages: readonly Stretch[] = OUTAGES): SimulationRequest {
  const schedule = { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } };
  const birthday = { id: "birthday", schedule, content: { text: "Happy birthday" } };
  return { ...requestOf(fleet, outages), reminders: [], campaigns: [birthday] };
}
