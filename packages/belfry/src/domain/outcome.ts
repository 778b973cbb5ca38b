import { storableText } from "./storable-text.ts";

/** What the other side answered, kept for the story: at most 1 KiB of it. */
export interface ProviderResponse {
  /** The provider's status, such as an HTTP status code. */
  status?: number;
  /** The first 1 KiB of the answer's body. */
  body?: string;
}

/**
 * What a channel says of one attempt. A channel never throws for an expected one. Its texts may be anything: they
 * are made storable where it is taken in.
 */
export type Outcome =
  | { kind: "delivered"; providerId?: string; response?: ProviderResponse }
  /** Worth another try; `retryAfterMs` counts from now and wins over the backoff. */
  | { kind: "retryable"; error: string; retryAfterMs?: number; response?: ProviderResponse }
  /** No further try can help; `switchOff`: the destination says that it is gone for good. */
  | { kind: "permanent"; error: string; switchOff?: boolean; response?: ProviderResponse };

/**
 * An outcome as every store keeps it, whatever the other side, or a host's own function, has said: one text that
 * a store refuses would keep all that is recorded with it from being recorded.
 */
export function storableOutcome(outcome: Outcome): Outcome {
  const { response } = outcome;
  const kept =
    response?.body === undefined ? {} : { response: { ...response, body: storableText(response.body) } };
  if (outcome.kind !== "delivered") return { ...outcome, error: storableText(outcome.error), ...kept };
  const { providerId } = outcome;
  return {
    ...outcome,
    ...(providerId === undefined ? {} : { providerId: storableText(providerId) }),
    ...kept,
  };
}
