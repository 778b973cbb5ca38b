import { isDeepStrictEqual } from "node:util";
import { movesAudiences, movesPlans, type Recipient } from "../domain/recipient.ts";
import type { RecipientDescription } from "../domain/recipient-request/read-recipient.ts";
import type { RecipientWrite } from "../store/store.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { descriptionOf } from "./recipient-reading.ts";

type Deps = Pick<EngineDeps, "clock" | "ids">;

/** A recipient that is new. Whatever means everybody has to take them in. */
export function firstWrite(
  { clock, ids }: Deps,
  tenant: Tenant,
  description: RecipientDescription,
): RecipientWrite {
  const nowMs = Math.floor(clock.now());
  const counters = { revision: 1, epoch: 0, createdAtMs: nowMs, updatedAtMs: nowMs };
  const recipient = { tenantId: tenant.id, id: ids.next("rcp"), ...counters, ...description };
  return { recipient, fromRevision: null, isTold: true };
}

/** A recipient that is there, changed; null if the change changes nothing. */
export function nextWrite(
  { clock }: Pick<Deps, "clock">,
  before: Recipient,
  description: RecipientDescription,
): RecipientWrite | null {
  if (isDeepStrictEqual(descriptionOf(before), description)) return null;
  const isMoved = movesPlans(before, description);
  const recipient: Recipient = {
    ...before,
    ...description,
    revision: before.revision + 1,
    epoch: before.epoch + (isMoved ? 1 : 0),
    updatedAtMs: Math.floor(clock.now()),
  };
  const isTold = isMoved || movesAudiences(before, description);
  return { recipient, fromRevision: before.revision, isTold };
}
