import type { InputIssue, InvalidInputError } from "../domain/errors.ts";
import type { Recipient } from "../domain/recipient.ts";
import { readExternalId } from "../domain/recipient-request/short-text.ts";
import type { RecipientWrite, RecipientWritten } from "../store/store.ts";
import type { Tenant } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";
import type { RecipientEngine, Upserted } from "./recipient-engine.ts";
import { readDescription, readPatched, refusal } from "./recipient-reading.ts";
import { firstWrite, nextWrite } from "./recipient-write.ts";
import type { Following } from "./recipients.ts";
import { createPiece, turn } from "./turn.ts";

const WHAT = "store the recipient";

/** One item, judged: to be stored, or done with. */
type Judged =
  | { kind: "write"; write: RecipientWrite }
  | { kind: "unchanged"; recipient: Recipient }
  | { kind: "refused"; error: InvalidInputError };

/** Makes and changes up to a thousand recipients by the sender's own ids. */
export function createRecipientBatch(
  deps: EngineDeps,
  following: Pick<Following, "followAll">,
): RecipientEngine["upsertRecipients"] {
  return async (tenant, inputs, receiptOf) => {
    const judged = await judgeAll(deps, tenant, inputs);
    const writes = judged.flatMap((one) => (one.kind === "write" ? [one.write] : []));
    if (writes.length === 0) return resultsOf(judged, []);
    const keep =
      receiptOf && ((written: readonly RecipientWritten[]) => receiptOf(resultsOf(judged, written)));
    const written = await deps.store.writeRecipients(writes, keep);
    if (writes.some(({ isTold }) => isTold)) void following.followAll();
    return resultsOf(judged, written);
  };
}

async function judgeAll(deps: EngineDeps, tenant: Tenant, inputs: readonly unknown[]): Promise<Judged[]> {
  const names = namesOf(inputs);
  const wanted = names.flatMap((name) => (name.ok ? [name.externalId] : []));
  const found = await deps.store.findByExternalIds(tenant.id, wanted);
  const known = new Map(found.map((recipient) => [recipient.externalId, recipient]));
  const judged: Judged[] = [];
  let isLong = createPiece(deps.clock);
  for (const [index, name] of names.entries()) {
    judged.push(
      name.ok
        ? judge(deps, tenant, { input: inputs[index] as object, before: known.get(name.externalId) })
        : { kind: "refused", error: refusal(WHAT, name.issues) },
    );
    if (!isLong()) continue;
    await turn();
    isLong = createPiece(deps.clock);
  }
  return judged;
}

function judge(
  deps: EngineDeps,
  tenant: Tenant,
  { input, before }: { input: object; before: Recipient | undefined },
): Judged {
  const read = before
    ? readPatched(deps, tenant, { before, patch: input })
    : readDescription(deps, tenant, input);
  if (!read.ok) return { kind: "refused", error: refusal(WHAT, read.issues) };
  if (!before) return { kind: "write", write: firstWrite(deps, tenant, read.value) };
  const write = nextWrite(deps, before, read.value);
  return write ? { kind: "write", write } : { kind: "unchanged", recipient: before };
}

type Name = { ok: true; externalId: string } | { ok: false; issues: InputIssue[] };

/** The sender's own id of each, which names it: there must be one, and each once. */
function namesOf(inputs: readonly unknown[]): Name[] {
  const seen = new Set<string>();
  return inputs.map((input) => {
    const name = nameOf(input);
    if (!name.ok) return name;
    if (!seen.has(name.externalId)) {
      seen.add(name.externalId);
      return name;
    }
    const allowed = "each externalId once in a batch";
    return {
      ok: false,
      issues: [{ path: ["externalId"], value: name.externalId, message: "is there already", allowed }],
    };
  });
}

function nameOf(input: unknown): Name {
  const allowed = "your own id of the recipient, by which it is found again";
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return {
      ok: false,
      issues: [{ path: [], value: input, message: "is not a JSON object", allowed: "a recipient" }],
    };
  const given = "externalId" in input ? input.externalId : undefined;
  const read = readExternalId(["externalId"], given);
  if (!read.ok) return read;
  if (read.value !== null) return { ok: true, externalId: read.value };
  return { ok: false, issues: [{ path: ["externalId"], value: given, message: "is missing", allowed }] };
}

/** @param written what became of those that were to be stored, in their order */
function resultsOf(judged: readonly Judged[], written: readonly RecipientWritten[]): Upserted[] {
  const answers = written.values();
  return judged.map((one): Upserted => {
    if (one.kind !== "write") return one;
    const { recipient, fromRevision } = one.write;
    if (answers.next().value !== "written")
      return { kind: "conflict", externalId: recipient.externalId ?? "" };
    return { kind: fromRevision === null ? "created" : "changed", recipient };
  });
}
