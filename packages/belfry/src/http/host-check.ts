/** Whether a `Host` header can be the host of a URL. */
export type HostCheck = (host: string | undefined) => boolean;

/**
 * Checks `Host` headers: the URL of a request is made from them, and only when its body is read, which is
 * too late to tell a broken one from a fault of ours. One that is missing is left to the server.
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
