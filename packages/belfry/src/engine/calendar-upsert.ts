import type { CalendarEvent, CalendarEventSpec } from "../domain/calendar-event.ts";
import { ConflictError, InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import type { Receipt } from "../store/access.ts";
import type { CalendarEventWrite } from "../store/store.ts";
import type { CalendarEventRequest, CalendarUpserted } from "./calendar-engine.ts";
import { changedAgain, changedEvent, MOST_TRIES, readSpec, refusal } from "./calendar-event-change.ts";
import { addresseesOf, remembering } from "./destinations.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

export interface UpsertOptions {
  /** Makes what is to be kept with them, if anything is. */
  receiptOf?: ((results: readonly CalendarUpserted[]) => Receipt | undefined) | undefined;
  /** Whether an event that is there is a conflict. */
  mustBeNew?: boolean;
}

/** A request that is right, for an owner that there is. */
interface Wanted {
  owner: Recipient;
  uid: string | null;
  spec: CalendarEventSpec;
}

/** Writes events by their owners and uids, all that are right in one commit. */
export function createCalendarUpsert(deps: EngineDeps) {
  return async (
    tenant: Tenant,
    requests: readonly CalendarEventRequest[],
    { receiptOf, mustBeNew = false }: UpsertOptions = {},
  ): Promise<CalendarUpserted[]> => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const wanted = await readAll(deps, tenant, requests);
      const standing = await standingOf(deps, tenant, wanted);
      const results = wanted.map((one) =>
        one instanceof InvalidInputError ? refused(one) : become(deps, one, standing),
      );
      if (mustBeNew) requireNew(results);
      const writes = results.flatMap(writeOf);
      const receipt = receiptOf?.(results);
      if (writes.length === 0 && !receipt) return results;
      const refusals = await deps.store.writeCalendarEvents(writes, receipt);
      // Owners were deleted, or others wrote meanwhile: all is looked at anew.
      if (refusals.length === 0) return results;
    }
    throw changedAgain();
  };
}

async function readAll(
  deps: EngineDeps,
  tenant: Tenant,
  requests: readonly CalendarEventRequest[],
): Promise<(Wanted | InvalidInputError)[]> {
  const { findRecipient } = remembering(addresseesOf(deps, tenant.id));
  const names = new Set<string>();
  const read: (Wanted | InvalidInputError)[] = [];
  for (const request of requests) {
    const owner = await findRecipient(request.owner);
    const one = owner ? readOne(deps, request, { tenant, owner }) : noOwner(request);
    const name = one instanceof InvalidInputError || one.uid === null ? null : nameOf(one.owner.id, one.uid);
    if (name === null) read.push(one);
    else read.push(names.has(name) ? twice(request) : one);
    if (name !== null) names.add(name);
  }
  return read;
}

function readOne(
  deps: EngineDeps,
  request: CalendarEventRequest,
  to: { tenant: Tenant; owner: Recipient },
): Wanted | InvalidInputError {
  const spec = readSpec(deps, request, to);
  return spec instanceof InvalidInputError ? spec : { owner: to.owner, uid: request.uid ?? null, spec };
}

async function standingOf(
  { store }: EngineDeps,
  tenant: Tenant,
  wanted: readonly (Wanted | InvalidInputError)[],
): Promise<ReadonlyMap<string, CalendarEvent>> {
  const keys = wanted.flatMap((one) =>
    one instanceof InvalidInputError || one.uid === null ? [] : [{ recipientId: one.owner.id, uid: one.uid }],
  );
  const events = await store.findCalendarEventsByUid(tenant.id, keys);
  return new Map(events.map((event) => [nameOf(event.recipientId, event.uid ?? ""), event]));
}

function become(
  deps: EngineDeps,
  { owner, uid, spec }: Wanted,
  standing: ReadonlyMap<string, CalendarEvent>,
): CalendarUpserted {
  const before = uid === null ? undefined : standing.get(nameOf(owner.id, uid));
  if (before) {
    const event = changedEvent(deps, before, spec);
    return event ? { kind: "changed", event } : { kind: "unchanged", event: before };
  }
  const nowMs = Math.floor(deps.clock.now());
  const { tenantId, id: recipientId } = owner;
  const named = { tenantId, id: deps.ids.next("evt"), recipientId, uid, revision: 1 };
  return { kind: "created", event: { ...named, ...spec, createdAtMs: nowMs, updatedAtMs: nowMs } };
}

function writeOf(result: CalendarUpserted): CalendarEventWrite[] {
  if (result.kind === "created") return [{ event: result.event, fromRevision: null }];
  if (result.kind !== "changed") return [];
  return [{ event: result.event, fromRevision: result.event.revision - 1 }];
}

function requireNew(results: readonly CalendarUpserted[]): void {
  const known = results.find(({ kind }) => kind === "changed" || kind === "unchanged");
  if (!known || known.kind === "refused") return;
  const { uid, id } = known.event;
  const message = `Cannot create the calendar event: its owner has one with the uid "${uid}", which is ${id}`;
  throw new ConflictError("calendar_event_exists", message);
}

function refused(error: InvalidInputError): CalendarUpserted {
  return { kind: "refused", error };
}

function noOwner({ owner: value }: CalendarEventRequest): InvalidInputError {
  const allowed = "the id of a recipient, or the externalId of one";
  return refusal([{ path: ["owner"], value, message: "names no recipient", allowed }]);
}

function twice({ uid: value }: CalendarEventRequest): InvalidInputError {
  const message = "is that of an event before it in the batch, with the same owner";
  return refusal([{ path: ["uid"], value, message, allowed: "each uid once for one owner" }]);
}

function nameOf(recipientId: string, uid: string): string {
  return `${recipientId} ${uid}`;
}
