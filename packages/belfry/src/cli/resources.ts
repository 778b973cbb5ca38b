import type { Client } from "../client/client.ts";

/** What the API takes and gives, by the names that the commands use. */
export type ReminderInput = Parameters<Client["reminders"]["create"]>[0];
export type ScheduleInput = ReminderInput["schedule"];
export type Reminder = Awaited<ReturnType<Client["reminders"]["get"]>>;
export type CancelledReminder = Awaited<ReturnType<Client["reminders"]["cancel"]>>;
export type ChangedReminder = Awaited<ReturnType<Client["reminders"]["update"]>>;
export type SkippedReminder = Awaited<ReturnType<Client["reminders"]["skip"]>>;
export type ReminderPatch = Parameters<Client["reminders"]["update"]>[1];
export type ComingOccurrence = Awaited<ReturnType<Client["reminders"]["occurrences"]>>[number];
export type Snooze = Parameters<Client["reminders"]["snooze"]>[1];
export type Delivery = Awaited<ReturnType<Client["deliveries"]["retry"]>>;
export type DeliveryRecord = Awaited<ReturnType<Client["deliveries"]["list"]>>["items"][number];
export type Acknowledged = Awaited<ReturnType<Client["deliveries"]["acknowledge"]>>;
export type DeliveryStory = Awaited<ReturnType<Client["deliveries"]["get"]>>;
export type BulkRetry = Awaited<ReturnType<Client["deliveries"]["retryAll"]>>;
export type BulkRetryFilter = NonNullable<
  NonNullable<Parameters<Client["deliveries"]["retryAll"]>[0]>["filter"]
>;
export type EventFilter = NonNullable<Parameters<Client["events"]>[0]>;
export type BelfryEvent = ReturnType<Client["events"]> extends AsyncIterable<infer Event> ? Event : never;
export type Problem = Extract<
  Awaited<ReturnType<Client["reminders"]["createBatch"]>>["results"][number],
  { status: 400 }
>["problem"];
export type Stats = Awaited<ReturnType<Client["stats"]>>;
export type Key = Awaited<ReturnType<Client["keys"]["list"]>>["items"][number];
export type Tenant = Awaited<ReturnType<Client["tenants"]["get"]>>;
export type Worker = Awaited<ReturnType<Client["workers"]["list"]>>["items"][number];
export type Target = Reminder["to"];
export type Endpoint = Awaited<ReturnType<Client["endpoints"]["get"]>>;
export type InboxMessage = Awaited<ReturnType<Client["inbox"]["list"]>>["items"][number];
export type Recipient = Awaited<ReturnType<Client["recipients"]["get"]>>;
export type RecipientInput = Parameters<Client["recipients"]["create"]>[0];
export type RecipientPatch = Parameters<Client["recipients"]["update"]>[1];
export type RecipientUpsert = Parameters<Client["recipients"]["upsertBatch"]>[0][number];
export type RecipientFilter = NonNullable<Parameters<Client["recipients"]["list"]>[0]>;
export type Campaign = Awaited<ReturnType<Client["campaigns"]["get"]>>;
export type CampaignInput = Parameters<Client["campaigns"]["create"]>[0];
export type CampaignPatch = Parameters<Client["campaigns"]["update"]>[1];
export type CampaignPreview = Awaited<ReturnType<Client["campaigns"]["previewOf"]>>;
export type CalendarEventInput = Parameters<Client["calendarEvents"]["create"]>[0];
export type CalendarEvent = Awaited<ReturnType<Client["calendarEvents"]["get"]>>;
export type CalendarAddress = Awaited<ReturnType<Client["calendarAddresses"]["list"]>>["items"][number];
