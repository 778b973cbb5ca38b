import type { ClientOptions } from "./transport.ts";

/** What a header can carry; a file's last line break is taken off on the way. */
const KEY = /^\s*[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?\s*$/;

/**
 * Refuses what no call could be made with. Otherwise each call would fail, in the words of `fetch`, which
 * show a key that does not fit into its header.
 *
 * @throws TypeError
 */
export function checkOptions({ url, key }: ClientOptions): void {
  const protocol = URL.parse(url)?.protocol;
  if (protocol !== "http:" && protocol !== "https:")
    throw new TypeError(`Cannot make a client: url "${url}" is no http or https URL`);
  if (typeof key !== "string" || !KEY.test(key))
    throw new TypeError("Cannot make a client: key is no API key; allowed: printable ASCII characters");
}
