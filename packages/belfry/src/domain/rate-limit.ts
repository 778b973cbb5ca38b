/** How often a key may ask. */
export interface RateLimit {
  /** Requests at once, and in each window. */
  quota: number;
  windowMs: number;
}

/** What is left of a limit. Tokens come back evenly, so that a full bucket holds one quota. */
export interface TokenBucket {
  tokens: number;
  atMs: number;
}

/** What became of a request for one token. */
export interface Taken {
  isAllowed: boolean;
  /** Whole tokens that are left. */
  remaining: number;
  /** When there is a whole token more than now. */
  nextTokenInMs: number;
}

/** A bucket that nobody has taken from. */
export function fullBucket({ quota }: RateLimit, nowMs: number): TokenBucket {
  return { tokens: quota, atMs: nowMs };
}

/** Takes one token, if there is one, and changes the bucket. A clock that steps back gives none away. */
export function takeToken(bucket: TokenBucket, limit: RateLimit, nowMs: number): Taken {
  bucket.tokens = tokensAt(bucket, limit, nowMs);
  bucket.atMs = nowMs;
  const isAllowed = bucket.tokens >= 1;
  if (isAllowed) bucket.tokens -= 1;
  const remaining = Math.floor(bucket.tokens);
  const nextTokenInMs = ((remaining + 1 - bucket.tokens) * limit.windowMs) / limit.quota;
  return { isAllowed, remaining, nextTokenInMs };
}

/** Whether forgetting the bucket would change nothing. */
export function isFull(bucket: TokenBucket, limit: RateLimit, nowMs: number): boolean {
  return tokensAt(bucket, limit, nowMs) >= limit.quota;
}

function tokensAt({ tokens, atMs }: TokenBucket, { quota, windowMs }: RateLimit, nowMs: number): number {
  const passedMs = Math.max(0, nowMs - atMs);
  return Math.min(quota, tokens + (passedMs * quota) / windowMs);
}
