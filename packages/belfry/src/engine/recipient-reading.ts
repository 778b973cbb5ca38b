import { type InputIssue, InvalidInputError } from "../domain/errors.ts";
import { mergePatch } from "../domain/merge-patch.ts";
import type { Recipient } from "../domain/recipient.ts";
import {
  RECIPIENT_ALLOWED,
  RECIPIENT_FIELDS,
  type RecipientDescription,
  readRecipient,
  unknownFields,
} from "../domain/recipient-request/read-recipient.ts";
import type { Reading } from "../domain/recipient-request/reading.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

type Deps = Pick<EngineDeps, "channels" | "clock">;

/** Reads what a request says of a recipient, as this installation's channels and clock have it. */
export function readDescription(
  { channels, clock }: Deps,
  tenant: Tenant,
  input: unknown,
): Reading<RecipientDescription> {
  return readRecipient(input, {
    nowMs: clock.now(),
    timeZone: tenant.timeZone,
    checkAddress: (channel, address) => channels.get(channel)?.checkAddress(address) ?? null,
  });
}

/**
 * What a recipient is once a merge patch is applied. Only what the patch touches is judged: an address that a
 * channel takes no longer does not stand in the way of a new name.
 */
export function readPatched(
  deps: Deps,
  tenant: Tenant,
  { before, patch }: { before: Recipient; patch: object },
): Reading<RecipientDescription> {
  const kept = descriptionOf(before);
  const read = readDescription(deps, tenant, mergePatch(kept, patch));
  const touched = new Set(Object.keys(patch));
  const unknown = unknownFields(patch);
  const issues = read.ok ? [] : read.issues.filter(({ path: [name] }) => touched.has(String(name)));
  const all = [...unknown, ...issues.filter(({ path: [name] }) => !isAmong(unknown, name))];
  if (all.length > 0) return { ok: false, issues: all };
  if (read.ok) return read;
  // What is wrong was so before: only what is touched is read again.
  const part = Object.fromEntries(
    Object.entries(mergePatch(kept, patch) as object).filter(([name]) => touched.has(name)),
  );
  const again = readDescription(deps, tenant, { timeZone: kept.timeZone, ...part });
  if (!again.ok) return again;
  const changed = RECIPIENT_FIELDS.filter((field) => touched.has(field));
  return {
    ok: true,
    value: { ...kept, ...Object.fromEntries(changed.map((name) => [name, again.value[name]])) },
  };
}

function isAmong(issues: readonly InputIssue[], name: unknown): boolean {
  return issues.some(({ path: [known] }) => known === name);
}

/** What of a recipient its sender says. */
export function descriptionOf(recipient: Recipient): RecipientDescription {
  const entries = RECIPIENT_FIELDS.map((field) => [field, recipient[field]]);
  return Object.fromEntries(entries) as RecipientDescription;
}

/** @throws InvalidInputError unless it is a JSON object with at least one field */
export function requirePatch(patch: unknown, what: string): object {
  const isObject = typeof patch === "object" && patch !== null && !Array.isArray(patch);
  if (isObject && Object.keys(patch).length > 0) return patch;
  const message = isObject ? "changes nothing" : "is not a JSON object";
  throw refusal(what, [{ path: [], value: patch, message, allowed: RECIPIENT_ALLOWED }]);
}

/** @param what completes "Cannot …": `change the recipient` */
export function refusal(what: string, issues: readonly InputIssue[]): InvalidInputError {
  const [first] = issues;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  const told = first ? `${first.path.join(".") || "it"} ${first.message}${more}` : "it is not right";
  return new InvalidInputError(`Cannot ${what}: ${told}`, issues);
}
