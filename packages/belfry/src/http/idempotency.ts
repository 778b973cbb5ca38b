import { createHash } from "node:crypto";
import { ConflictError } from "../domain/errors.ts";
import type { Clock } from "../engine/clock.ts";
import { RECEIPT_LIFE_MS, type Receipt, type ReceiptKey } from "../store/access.ts";
import type { Store } from "../store/store.ts";
import { HttpProblem } from "./http-problem.ts";
import { invalidInput } from "./input.ts";
import type { Answer } from "./request.ts";
import { IDEMPOTENCY_KEY_ALLOWED, IDEMPOTENCY_KEY_FORM } from "./schemas/idempotency-key.ts";

/** A request that may bear an `Idempotency-Key`. */
export interface RepeatableRequest {
  tenantId: string;
  /** Method and path template: `POST /v1/reminders`. */
  route: string;
  /** The header's value, if there is one. */
  header: string | undefined;
  path: string;
  bytes: Uint8Array;
  /** What besides the request's words its answer depends on: `return=minimal`; default: nothing. */
  preference?: string | undefined;
}

/** Turns the answer into the record that is to commit together with the rows it speaks of. */
export type ReceiptOf = (answer: Answer) => Receipt;

/** Does the work once for each key; `receiptOf` is undefined for a request without one. */
export type DoOnce = (
  request: RepeatableRequest,
  work: (receiptOf: ReceiptOf | undefined) => Promise<Answer>,
) => Promise<Answer>;

/**
 * `Idempotency-Key` as draft-ietf-httpapi-idempotency-key-header has it: the same request again gets the
 * first answer again. Only what was written is recorded: a refusal may be corrected and sent anew.
 */
export function createIdempotency(deps: {
  store: Pick<Store, "findReceipt">;
  clock: Pick<Clock, "now">;
}): DoOnce {
  /** Fingerprints of the requests that this process is at work on. */
  const running = new Map<string, string>();

  const replay = async (key: ReceiptKey, fingerprint: string): Promise<Answer | null> => {
    const receipt = await deps.store.findReceipt(key);
    if (!receipt || receipt.createdAtMs <= deps.clock.now() - RECEIPT_LIFE_MS) return null;
    if (receipt.fingerprint !== fingerprint) throw otherRequest();
    return { status: receipt.status, body: receipt.body, headers: { "idempotency-replayed": "true" } };
  };

  const run = async (
    key: ReceiptKey,
    fingerprint: string,
    work: (receiptOf: ReceiptOf) => Promise<Answer>,
  ): Promise<Answer> => {
    const stored = await replay(key, fingerprint);
    if (stored) return stored;
    try {
      return await work(({ status, body }) => {
        return { ...key, fingerprint, status, body, createdAtMs: Math.floor(deps.clock.now()) };
      });
    } catch (error) {
      // Another process was faster with the same key; then its answer is the answer.
      const faster = isTaken(error) ? await replay(key, fingerprint) : null;
      if (faster) return faster;
      throw error;
    }
  };

  return async (request, work) => {
    if (request.header === undefined) return work(undefined);
    const key = { tenantId: request.tenantId, route: request.route, key: readKey(request.header) };
    const fingerprint = fingerprintOf(request);
    const id = JSON.stringify([key.tenantId, key.route, key.key]);
    const other = running.get(id);
    if (other !== undefined) throw other === fingerprint ? stillRunning() : otherRequest();
    running.set(id, fingerprint);
    try {
      return await run(key, fingerprint, work);
    } finally {
      running.delete(id);
    }
  };
}

/**
 * The key that a header holds.
 *
 * @throws InvalidInputError
 */
export function readKey(header: string): string {
  if (!IDEMPOTENCY_KEY_FORM.test(header)) {
    const path = ["Idempotency-Key"];
    const message = "does not have the right form";
    throw invalidInput("the headers", [{ path, value: header, message, allowed: IDEMPOTENCY_KEY_ALLOWED }]);
  }
  return header.startsWith('"') ? header.slice(1, -1).replace(/\\(.)/g, "$1") : header;
}

function fingerprintOf({ route, path, bytes, preference }: RepeatableRequest): string {
  const asked = preference === undefined ? path : `${path}\n${preference}`;
  return createHash("sha256").update(`${route}\n${asked}\n`).update(bytes).digest("base64url");
}

function isTaken(error: unknown): boolean {
  return error instanceof ConflictError && error.code === "idempotency_conflict";
}

function otherRequest(): HttpProblem {
  const message = "Cannot repeat the request: its Idempotency-Key was used for another one; take a fresh key";
  return new HttpProblem({ status: 422, code: "idempotency_key_reused", message });
}

function stillRunning(): HttpProblem {
  const message = "Cannot repeat the request: the first one with this Idempotency-Key is still running";
  return new HttpProblem({
    status: 409,
    code: "idempotency_running",
    message,
    headers: { "retry-after": "1" },
  });
}
