import type { buildConnector } from "undici";
import { Agent, type SendingAgent } from "./undici-parts.ts";

/** An unused connection is closed then, in ms; a server may ask for less, or for more up to the longest. */
const IDLE_MS = 4_000;
/**
 * A host costs some 27 kB until its last connection is closed, so ten thousand hosts within this time
 * still fit into memory.
 */
const LONGEST_IDLE_MS = 10_000;

/** Where there can be fewer connections than this, an unused one soon makes room for another host. */
const FEW_SOCKETS = 100;
const SHORT_IDLE_MS = 500;

export interface PooledAgentOptions {
  connect: buildConnector.connector;
  connectionsPerOrigin: number;
  /** Connections to all origins together, if there is a limit. */
  maxSockets?: number | undefined;
}

/** Keeps connections by origin, and forgets an origin with its last connection. */
export function createPooledAgent(options: PooledAgentOptions): SendingAgent {
  const { connect, connectionsPerOrigin, maxSockets = Number.POSITIVE_INFINITY } = options;
  const isScarce = maxSockets < FEW_SOCKETS;
  return new Agent({
    connect,
    connections: connectionsPerOrigin,
    allowH2: false,
    // An attempt has one deadline for all of it, waiting and connecting included.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: isScarce ? SHORT_IDLE_MS : IDLE_MS,
    keepAliveMaxTimeout: isScarce ? SHORT_IDLE_MS : LONGEST_IDLE_MS,
  });
}
