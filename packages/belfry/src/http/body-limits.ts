/** The largest body of a request, and of one reminder in a batch. */
export const MAX_BODY_BYTES = 256 * 1024;
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
