const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PREFIX = "bel_";
const CHARACTERS = 40;
/** The largest multiple of 62 in a byte; what lies above would favour the first letters. */
const FAIR_BELOW = 248;

/**
 * A new API key: `bel_` and 40 random characters, each as likely as the other: 238 bits.
 *
 * @param randomBytes source of `count` random bytes, such as node:crypto's
 */
export function generateKey(randomBytes: (count: number) => Uint8Array): string {
  let characters = "";
  while (characters.length < CHARACTERS) {
    for (const byte of randomBytes(CHARACTERS)) {
      if (byte < FAIR_BELOW) characters += BASE62[byte % BASE62.length];
    }
  }
  return PREFIX + characters.slice(0, CHARACTERS);
}
