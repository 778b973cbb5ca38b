/** Holds the peers' manifest and their lock file. */
export const peersSource: string;

/** Where the peers are installed: one folder for each state of the lock file; it is complete if it exists. */
export function peersFolder(): string;
