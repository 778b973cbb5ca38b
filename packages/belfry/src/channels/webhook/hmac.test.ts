import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Hmac } from "./hmac.ts";

describe("Hmac.digest()", () => {
  // RFC 4231, test cases 1, 2 and 6: a key that is longer than a block is hashed first.
  test.each([
    ["0b".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      "4a656665",
      "what do ya want for nothing?",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [
      "aa".repeat(131),
      "Test Using Larger Than Block-Size Key - Hash Key First",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
  ])("gives what RFC 4231 does under %s", (key, text, digest) => {
    const made = new Hmac(Buffer.from(key, "hex")).digest(Buffer.from(text));
    expect(Buffer.from(made, "base64").toString("hex")).toBe(digest);
  });

  test("gives what createHmac does, whatever the key and the parts", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.array(fc.uint8Array({ maxLength: 300 })),
        (key, parts) => {
          const hmac = createHmac("sha256", key);
          for (const part of parts) hmac.update(part);
          expect(new Hmac(key).digest(...parts)).toBe(hmac.digest("base64"));
        },
      ),
    );
  });
});
