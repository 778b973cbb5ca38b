import { type Json, plainText } from "../../domain/content.ts";
import { formatInstant } from "../../time/instant.ts";
import type { Message } from "../channel.ts";

/** What a receiver gets, as JSON. */
export interface ReminderDuePayload {
  type: "reminder.due";
  /** The content's plain text; its title where it has no text. */
  message: string;
  /** The occurrence: the same for every channel and attempt that tells of it. */
  eventId: string;
  /** The recipient's id, or null for a bare address or endpoint. */
  userId: string | null;
  /** The due instant, ISO 8601 in UTC; with ms only where it is not a whole second. */
  timestamp: string;
  data: Json;
  title?: string;
  html?: string;
  /** Of one that is repeated until it is acknowledged: POST there, without a key, and it is. */
  acknowledgeUrl?: string;
}

/** The exact bytes that are sent and signed. */
export function payloadBytes(message: Message): Buffer {
  const { content } = message;
  const payload: ReminderDuePayload = {
    type: "reminder.due",
    message: plainText(content),
    eventId: message.occurrenceId,
    userId: message.userId,
    timestamp: formatInstant(message.dueMs),
    data: content.data ?? null,
  };
  if (content.title !== undefined) payload.title = content.title;
  if (content.html !== undefined) payload.html = content.html;
  if (message.acknowledgeUrl !== null) payload.acknowledgeUrl = message.acknowledgeUrl;
  return Buffer.from(JSON.stringify(payload));
}
