import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateWebhookSecret, parseWebhookSecret } from "./secret.ts";

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString("base64")}`;

describe("parseWebhookSecret()", () => {
  it("gives the key when the secret holds 24 to 64 bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        const parsed = parseWebhookSecret(secretOf(bytes));
        const signed = createHmac("sha256", bytes).update("a").digest("base64");
        expect(parsed.ok && parsed.hmac.digest(Buffer.from("a"))).toBe(signed);
      }),
    );
  });

  it.each([
    ["has no prefix", Buffer.alloc(32).toString("base64")],
    ["is the prefix alone", "whsec_"],
    ["holds 23 bytes", secretOf(Buffer.alloc(23))],
    ["holds 65 bytes", secretOf(Buffer.alloc(65))],
    ["lacks its padding", secretOf(Buffer.alloc(32, 9)).replace("=", "")],
    ["is base64url", secretOf(Buffer.alloc(32, 0xff)).replaceAll("/", "_")],
    ["holds a blank", ` ${secretOf(Buffer.alloc(32))}`],
    ["is asymmetric", "whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ])("gives a problem when it %s", (_case, text) => {
    const parsed = parseWebhookSecret(text);
    expect(parsed).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^Cannot use this webhook secret: /),
      allowed: '"whsec_" and the base64 of 24 to 64 bytes',
    });
  });

  it("keeps the secret out of its message when it is wrong", () => {
    const parsed = parseWebhookSecret("whsec_c2VjcmV0");
    expect(JSON.stringify(parsed)).not.toContain("c2VjcmV0");
  });
});

describe("generateWebhookSecret()", () => {
  it("makes a secret that can be read when the bytes are random", () => {
    expect(parseWebhookSecret(generateWebhookSecret(randomBytes)).ok).toBe(true);
  });
});
