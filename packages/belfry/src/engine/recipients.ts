import { ConflictError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { RecipientDescription } from "../domain/recipient-request/read-recipient.ts";
import type { Reading } from "../domain/recipient-request/reading.ts";
import type { RecipientWritten } from "../store/store.ts";
import { addresseesOf } from "./destinations.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import { createRecipientBatch } from "./recipient-batch.ts";
import type { RecipientChanged, RecipientChangeOptions, RecipientEngine } from "./recipient-engine.ts";
import { descriptionOf, readDescription, readPatched, refusal, requirePatch } from "./recipient-reading.ts";
import { firstWrite, nextWrite } from "./recipient-write.ts";

/** How often a change begins anew that others are faster than. */
const MOST_TRIES = 5;

/** What has reminders follow their recipients. */
export interface Following {
  followNow(tenantId: string, recipientId: string): Promise<void>;
  followSoon(tenantId: string, recipientId: string): Promise<void>;
  followAll(): Promise<void>;
}

/** Who is reminded: made, changed, deleted. What has to follow a change begins at once, in the background. */
export function createRecipients(deps: EngineDeps, following: Following): RecipientEngine {
  const change = createChange(deps, following);
  return {
    findRecipient: (tenantId, name) => addresseesOf(deps, tenantId).findRecipient(name),
    createRecipient: async (tenant, input, receiptOf) => {
      const write = firstWrite(deps, tenant, described("create", readDescription(deps, tenant, input)));
      const { recipient } = write;
      // Thrown before anything is stored: a refusal may be sent anew under the same key.
      const keep =
        receiptOf &&
        ((judged: readonly RecipientWritten[]) => {
          requireFree(judged, recipient);
          return receiptOf(recipient);
        });
      requireFree(await deps.store.writeRecipients([write], keep), recipient);
      void following.followSoon(tenant.id, recipient.id);
      return recipient;
    },
    replaceRecipient: (tenant, name, input, options) =>
      change({ tenant, name, options }, (before) => {
        const whole = withExternalId(input, before);
        return described("replace", readDescription(deps, tenant, whole));
      }),
    patchRecipient: (tenant, name, given, options) => {
      const patch = requirePatch(given, "change the recipient");
      return change({ tenant, name, options }, (before) =>
        described("change", readPatched(deps, tenant, { before, patch })),
      );
    },
    deleteRecipient: createRemoval(deps, following),
    upsertRecipients: createRecipientBatch(deps, following),
  };
}

interface Named {
  tenant: Tenant;
  name: string;
  options: RecipientChangeOptions | undefined;
}

function createChange(deps: EngineDeps, following: Following) {
  return async (
    { tenant, name, options = {} }: Named,
    describe: (before: Recipient) => RecipientDescription,
  ): Promise<RecipientChanged> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await addresseesOf(deps, tenant.id).findRecipient(name);
      if (!before) return null;
      const { revision } = before;
      if (options.ifRevision && !options.ifRevision.includes(revision)) return { kind: "stale", revision };
      const write = nextWrite(deps, before, describe(before));
      if (!write) return before;
      const [written] = await deps.store.writeRecipients([write]);
      if (written === "taken") throw taken(write.recipient);
      if (written !== "written") continue;
      if (write.isTold) void following.followSoon(tenant.id, write.recipient.id);
      return write.recipient;
    }
    const message = "Cannot change the recipient: others changed it again and again meanwhile; try again";
    throw new ConflictError("recipient_changed", message);
  };
}

function createRemoval(deps: EngineDeps, following: Following): RecipientEngine["deleteRecipient"] {
  return async (tenant, name, { ifRevision } = {}) => {
    const found = await addresseesOf(deps, tenant.id).findRecipient(name);
    if (!found) return false;
    const { id } = found;
    const nowMs = Math.floor(deps.clock.now());
    const removal = { tenantId: tenant.id, id, nowMs, ...(ifRevision && { ifRevision }) };
    const deleted = await deps.store.deleteRecipient(removal);
    if (deleted !== true) return deleted;
    // Whoever hears that it is done shall find nothing that waits.
    await following.followNow(tenant.id, id);
    void following.followAll();
    return true;
  };
}

function described(verb: string, reading: Reading<RecipientDescription>): RecipientDescription {
  if (reading.ok) return reading.value;
  throw refusal(`${verb} the recipient`, reading.issues);
}

/** It names the recipient: it stays unless it is told otherwise. */
function withExternalId(input: unknown, before: Recipient): unknown {
  const isObject = typeof input === "object" && input !== null && !Array.isArray(input);
  if (!isObject || "externalId" in input) return input;
  return { externalId: descriptionOf(before).externalId, ...input };
}

/** The id is fresh: if it could not be stored, its externalId has been taken, perhaps a moment ago. */
function requireFree([written]: readonly RecipientWritten[], recipient: Recipient): void {
  if (written !== "written") throw taken(recipient);
}

function taken({ externalId }: Recipient): ConflictError {
  const message = `Cannot store the recipient: another one has the externalId "${externalId}"`;
  return new ConflictError("recipient_exists", message);
}
