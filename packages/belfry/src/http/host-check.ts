import type { IncomingMessage } from "node:http";

type Headers = Pick<IncomingMessage, "headers" | "rawHeaders">;

/** Whether the `Host` of a request can be the host of a URL, and is the only one (RFC 9112 §3.2). */
export type HostCheck = (request: Headers) => boolean;

/**
 * Checks `Host` headers: the URL of a request is made from them, and only when its body is read, which is
 * too late to tell a broken one from a fault of ours. One that is missing is refused when the request is made.
 */
export function createHostCheck(): HostCheck {
  // Callers name us alike, again and again.
  let lastGood: string | undefined;
  return ({ headers: { host }, rawHeaders }) => {
    if (countOf("host", rawHeaders) > 1) return false;
    if (host === undefined || host === lastGood) return true;
    if (!URL.canParse(`http://${host}/`)) return false;
    lastGood = host;
    return true;
  };
}

/** Node keeps the first of several; names and values alternate. */
function countOf(name: string, rawHeaders: readonly string[]): number {
  return rawHeaders.filter((given, index) => index % 2 === 0 && given.toLowerCase() === name).length;
}

/** Names the host of a request that needs not: HTTP/1.0 knows no `Host`, and probes that speak it send none. */
export function nameOldHost({ httpVersion, headers }: IncomingMessage): void {
  if (httpVersion === "1.0") headers.host ??= "localhost";
}
