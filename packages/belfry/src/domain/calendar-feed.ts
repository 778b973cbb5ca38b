/** An address at which a recipient's calendar can be read by whoever has it. */
export interface CalendarFeed {
  tenantId: string;
  id: string;
  recipientId: string;
  /** SHA-256 of what makes its address unguessable, hexadecimal; the rest is not kept. */
  tokenHash: string;
  createdAtMs: number;
}

/** Addresses that one recipient may have at a time. */
export const MOST_FEEDS = 20;
