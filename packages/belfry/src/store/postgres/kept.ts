import type { Settlement } from "../store.ts";

/** Whether its worker asks to go on holding it. */
export function isKept(settlement: Settlement): boolean {
  return settlement.state === "retrying" && settlement.keep === true;
}

/** SQL that has a leased delivery `d` wait for its next attempt: with its worker where `x.is_kept`. */
export function retriedAs(sendAt: string): string {
  return `send_at = ${sendAt}, state = CASE WHEN x.is_kept THEN d.state ELSE 'retrying' END,
    claim_at = CASE WHEN x.is_kept THEN d.claim_at ELSE ${sendAt} END, worker = CASE WHEN x.is_kept THEN d.worker END,
    fence = d.fence + x.is_kept::integer`;
}
