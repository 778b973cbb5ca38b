import type { JsonObject } from "./content.ts";
import type { QuietHours } from "./quiet-hours.ts";

/** Who is reminded. */
export interface Recipient extends RecipientProfile {
  tenantId: string;
  id: string;
  /** The sender's own id; one of each in a tenant. */
  externalId: string | null;
  /** What has been changed so far, counted from 1. */
  revision: number;
  /** Bumped by what moves a plan: zone, dates, addresses, channels, quiet hours; a delivery of an older one is never sent. */
  epoch: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** What is known of a recipient. */
export interface RecipientProfile {
  firstName: string | null;
  lastName: string | null;
  /** As they are called; null: first and last name. */
  fullName: string | null;
  /** One for each channel, by its name. */
  addresses: Readonly<Record<string, string>>;
  /** IANA zone in which floating rules are read; null: the tenant's. */
  timeZone: string | null;
  /** BCP 47 tag, by which a content's variant is chosen; null: the content itself. */
  locale: string | null;
  /** `{ birthday: "1990-02-28" }`, or `"--02-28"` without the year. */
  dates: Readonly<Record<string, string>>;
  /** The channels that they chose, in their order. */
  channels: readonly string[];
  quietHours: QuietHours | null;
  tags: readonly string[];
  attributes: JsonObject;
}

/** The name that a content may call them by. */
export function fullNameOf({
  fullName,
  firstName,
  lastName,
}: Pick<RecipientProfile, "fullName" | "firstName" | "lastName">): string | null {
  return fullName ?? ([firstName, lastName].filter((part) => part !== null).join(" ") || null);
}

/** What moves the plans of a recipient's reminders. */
const MOVES_PLANS: readonly (keyof RecipientProfile)[] = [
  "timeZone",
  "dates",
  "addresses",
  "channels",
  "quietHours",
];

/** Whether a change of a recipient moves the plans of their reminders. */
export function movesPlans(before: RecipientProfile, after: RecipientProfile): boolean {
  return MOVES_PLANS.some(
    (field) => JSON.stringify(sorted(before[field])) !== JSON.stringify(sorted(after[field])),
  );
}

/** Fields by which a campaign's audience is chosen. */
const CHOSEN_BY: readonly (keyof RecipientProfile)[] = ["tags", "attributes"];

/** Whether a change may let a recipient enter, or leave, the audience of a campaign. */
export function movesAudiences(before: RecipientProfile, after: RecipientProfile): boolean {
  return CHOSEN_BY.some((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
}

/** The order of names in an object says nothing; that of a list does. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
}
