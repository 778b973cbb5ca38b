import type { TokenBearer } from "./acknowledge-token.ts";
import type { Delivery } from "./delivery.ts";

/** The links in messages: whoever has one needs no key. */
export interface Links {
  /** Where a delivery can be acknowledged. */
  acknowledge(delivery: Pick<Delivery, "tenantId" | "id">): string;
  /** Where a calendar is read, by what makes its address unguessable. */
  calendar(token: string): string;
  /** What the token of such a link names; null unless it is one of this installation. */
  readAcknowledge(token: string): TokenBearer | null;
}
