import { Agent, type buildConnector } from "undici";

/** An unused connection is closed then, in ms; a server may ask for less, or for more up to the longest. */
const IDLE_MS = 4_000;
/**
 * A host costs some 27 kB until its last connection is closed, so ten thousand hosts within this time
 * still fit into memory.
 */
const LONGEST_IDLE_MS = 10_000;

/** Keeps connections by origin, and forgets an origin with its last connection. */
export function createPooledAgent(connect: buildConnector.connector, connectionsPerOrigin: number): Agent {
  return new Agent({
    connect,
    connections: connectionsPerOrigin,
    allowH2: false,
    // An attempt has one deadline for all of it, waiting and connecting included.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: LONGEST_IDLE_MS,
  });
}
