/** Enough for any batch that is only a little too large; whoever sends much more has no claim to an answer. */
const MAX_DISCARDED_BYTES = 8 * 1024 * 1024;
const DISCARD_WITHIN_MS = 1_000;

/**
 * Reads what is left of a body and throws it away, within bounds. A connection that is closed while the
 * other side still writes is reset, and the answer may be lost with it (RFC 9112 §9.6).
 */
export async function discardBody(body: ReadableStream<Uint8Array> | null): Promise<void> {
  if (!body || body.locked) return;
  const reader = body.getReader();
  const giveUp = (): void => void reader.cancel().catch(() => {});
  const timer = setTimeout(giveUp, DISCARD_WITHIN_MS);
  try {
    for (let left = MAX_DISCARDED_BYTES; left > 0; ) {
      const { done, value } = await reader.read();
      if (done) break;
      left -= value.length;
    }
  } catch {
    // The connection broke, so nobody waits for the answer.
  } finally {
    clearTimeout(timer);
  }
}
