/** What the other side answered, kept for the story: at most 1 KiB of it. */
export interface ProviderResponse {
  /** The provider's status, such as an HTTP status code. */
  status?: number;
  /** The first 1 KiB of the answer's body. */
  body?: string;
}

/** What a channel says of one attempt. A channel never throws for an expected one. */
export type Outcome =
  | { kind: "delivered"; providerId?: string; response?: ProviderResponse }
  /** Worth another try; `retryAfterMs` counts from now and wins over the backoff. */
  | { kind: "retryable"; error: string; retryAfterMs?: number; response?: ProviderResponse }
  /** No further try can help; `switchOff`: the destination says that it is gone for good. */
  | { kind: "permanent"; error: string; switchOff?: boolean; response?: ProviderResponse };
