import type { LookupAddress } from "node:dns";
import { type LookupFunction, Socket } from "node:net";
import type { buildConnector as Connector } from "undici";
import type { AllowList } from "./allow-list.ts";
import { buildConnector } from "./undici-parts.ts";
import { isRefusedAddress, isRefusedHost } from "./webhook-url.ts";

/** Resolves a host name to all its addresses; rejects as node:dns does. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** A connection was refused because its host is not to be reached. */
export class RefusedHostError extends Error {
  constructor() {
    super("Cannot connect: the host is not on the public internet and not allowed");
    this.name = "RefusedHostError";
  }
}

export interface GuardedConnectorOptions {
  allow: AllowList;
  resolve: Resolve;
  connectTimeoutMs: number;
  /** Connections at once; more fail as if there were no handles left for them. */
  maxSockets?: number | undefined;
}

/** Opens connections to checked addresses only. */
export interface GuardedConnector {
  connect: Connector.connector;
  /** Ends every connection, also those that are still being opened. */
  destroy(): void;
}

/**
 * Checks what a host resolves to at the moment of connecting and connects to exactly that, so a name
 * cannot turn to another address in between. One refused address refuses the host: a name that mixes
 * public and private addresses is an attack or a mistake.
 */
export function createGuardedConnector(options: GuardedConnectorOptions): GuardedConnector {
  const { maxSockets = Number.POSITIVE_INFINITY } = options;
  const sockets = new Set<Socket>();
  const open = buildConnector({
    allowH2: false,
    timeout: options.connectTimeoutMs,
    // Node's 250 ms is too short for the first handshake with a far host.
    autoSelectFamilyAttemptTimeout: 1_000,
    lookup: guardedLookup(options),
  });
  return {
    connect(target, callback) {
      // Node looks no literal address up, so those are checked here.
      if (isRefusedHost(target.hostname, options.allow)) return callback(new RefusedHostError(), null);
      if (sockets.size >= maxSockets) return callback(tooManySockets(), null);
      // The connector returns its socket, which its types leave out.
      const socket: unknown = open(target, callback);
      if (socket instanceof Socket) track(socket, sockets);
    },
    destroy() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function tooManySockets(): Error {
  return Object.assign(new Error("as many connections are open as there are handles for"), {
    code: "EMFILE",
  });
}

function track(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
}

function guardedLookup({ allow, resolve }: GuardedConnectorOptions): LookupFunction {
  const resolveOnce = shareRunning(resolve);
  return (hostname, lookupOptions, callback) => {
    resolveOnce(hostname)
      .then((addresses) => checked(hostname, addresses, allow))
      .then(
        (addresses) => {
          if (lookupOptions.all) callback(null, addresses);
          else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
        },
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), []),
      );
  };
}

function checked(hostname: string, addresses: readonly LookupAddress[], allow: AllowList): LookupAddress[] {
  if (addresses.length === 0) throw Object.assign(new Error("no addresses"), { code: "ENOTFOUND" });
  const trusted = allow.allowsHost(hostname);
  if (!trusted && addresses.some(({ address }) => isRefusedAddress(address, allow)))
    throw new RefusedHostError();
  return [...addresses];
}

/**
 * One look-up at a time for one name. dns.lookup holds a thread of Node's few for as long as the
 * resolver takes; fifty connections to a host with slow DNS would stop every other host.
 */
function shareRunning(resolve: Resolve): Resolve {
  const running = new Map<string, Promise<readonly LookupAddress[]>>();
  return (hostname) => {
    const shared = running.get(hostname);
    if (shared !== undefined) return shared;
    const started = resolve(hostname).finally(() => running.delete(hostname));
    running.set(hostname, started);
    return started;
  };
}
