import type { Content } from "./content.ts";

/** One message that the inbox channel received. */
export interface InboxEntry {
  tenantId: string;
  /** Its identity: keeping an entry of the same tenant and delivery again changes nothing. */
  deliveryId: string;
  reminderId: string;
  content: Content;
  /** The due instant, in ms since the epoch. */
  dueMs: number;
  /** When the inbox took it, in ms since the epoch. */
  receivedAtMs: number;
}
