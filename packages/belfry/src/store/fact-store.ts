import type { Reminder } from "../domain/reminder.ts";

/** What an installation knows of itself: the zone data that its plans were made with, and how far a walk for newer has come. */
export type FactName = "zone-data" | "zone-data-walk";

/** The place of a reminder among those of all tenants. */
export interface ReminderPlace {
  tenantId: string;
  id: string;
}

export interface FactStore {
  /** Null if it is not known. */
  readFact(name: FactName): Promise<string | null>;
  /** Keeps a value under a name in the place of what was there; null: forgets it. */
  writeFact(name: FactName, value: string | null): Promise<void>;
  /** Those that are not in the history, of all tenants, in one order, after a place: for a walk over all. */
  walkReminders(after: ReminderPlace | null, limit: number): Promise<Reminder[]>;
}
