/** How long every program waits before it tries again what was refused, in ms. */
export const RETRY_MS = 100;
