import type { Client } from "../client/client.ts";

/** What the API takes and gives, by the names that the commands use. */
export type ReminderInput = Parameters<Client["reminders"]["create"]>[0];
export type ScheduleInput = ReminderInput["schedule"];
export type Reminder = Awaited<ReturnType<Client["reminders"]["get"]>>;
export type CancelledReminder = Awaited<ReturnType<Client["reminders"]["cancel"]>>;
export type Delivery = Awaited<ReturnType<Client["deliveries"]["list"]>>["items"][number];
export type DeliveryStory = Awaited<ReturnType<Client["deliveries"]["get"]>>;
export type Target = Reminder["to"];
