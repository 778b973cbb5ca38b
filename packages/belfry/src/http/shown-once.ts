import { ConflictError } from "../domain/errors.ts";
import type { Answer } from "./request.ts";

/** What is recorded of an answer that shows a key: never the key, only which one it was. */
export interface ShownKey {
  shownKeyId: string;
}

/**
 * The answer that shows a new key, unless it is a repeat: no record holds the key, so the first answer
 * cannot be given again.
 *
 * @throws ConflictError `key_shown_once` for a repeat
 */
export function shownOnce(answer: Answer): Answer {
  if (answer.headers?.["idempotency-replayed"] === undefined) return answer;
  const { shownKeyId } = JSON.parse(answer.body) as ShownKey;
  throw new ConflictError(
    "key_shown_once",
    `Cannot show the key ${shownKeyId} again: the first answer to this request did; if that never arrived, revoke ` +
      "the key and create another one under a fresh Idempotency-Key",
  );
}
