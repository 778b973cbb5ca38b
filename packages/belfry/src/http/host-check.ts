import type { IncomingMessage } from "node:http";

/** Whether a `Host` header can be the host of a URL. */
export type HostCheck = (host: string | undefined) => boolean;

/**
 * Checks `Host` headers: the URL of a request is made from them, and only when its body is read, which is
 * too late to tell a broken one from a fault of ours. One that is missing is refused when the request is made.
 */
export function createHostCheck(): HostCheck {
  // Callers name us alike, again and again.
  let lastGood: string | undefined;
  return (host) => {
    if (host === undefined || host === lastGood) return true;
    if (!URL.canParse(`http://${host}/`)) return false;
    lastGood = host;
    return true;
  };
}

/** Names the host of a request that needs not: HTTP/1.0 knows no `Host`, and probes that speak it send none. */
export function nameOldHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === "1.0") headers.host ??= "localhost";
}
