import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWebhookSecret } from "./webhook-secret.ts";

const secretOf = (bytes: Uint8Array): string => `whsec_${Buffer.from(bytes).toString("base64")}`;

describe("readWebhookSecret()", () => {
  test("readWebhookSecret() gives the bytes when there are 24 to 64 of them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 64 }), (bytes) => {
        const read = readWebhookSecret(secretOf(bytes));
        expect(read.ok && Uint8Array.from(read.bytes)).toEqual(bytes);
      }),
    );
  });

  test.each([
    ["has no prefix", Buffer.alloc(32).toString("base64"), 'it does not start with "whsec_"'],
    ["holds 23 bytes", secretOf(Buffer.alloc(23)), "it holds 23 bytes"],
    ["holds 65 bytes", secretOf(Buffer.alloc(65)), "it holds 65 bytes"],
    ["lacks its padding", secretOf(Buffer.alloc(32, 9)).replace("=", ""), /is not padded base64$/],
    ["is base64url", secretOf(Buffer.alloc(32, 0xff)).replaceAll("/", "_"), /is not padded base64$/],
  ])("readWebhookSecret() gives the reason when it %s", (_case, text, reason) => {
    expect(readWebhookSecret(text)).toEqual({ ok: false, reason: expect.stringMatching(reason) });
  });
});
