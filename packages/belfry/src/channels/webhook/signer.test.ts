import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { createSigner, type SignedParts, type Signer } from "./signer.ts";

const secret = (fill: number): string => `whsec_${Buffer.alloc(32, fill).toString("base64")}`;

function partsNow(body: string): SignedParts {
  return { id: "dlv_1", timestamp: String(Math.floor(Date.now() / 1000)), body: Buffer.from(body) };
}

function verify(by: string, parts: SignedParts, signer: Signer, secrets: string[]): unknown {
  const signature = signer.sign(parts, secrets);
  if (!signature.ok) throw new Error(signature.message);
  const headers = {
    "webhook-id": parts.id,
    "webhook-timestamp": parts.timestamp,
    "webhook-signature": signature.value,
  };
  return new Webhook(by).verify(Buffer.from(parts.body).toString(), headers);
}

describe("createSigner()", () => {
  it("signs with the installation's secret when the endpoint has none", () => {
    const signer = createSigner([secret(1)]);
    expect(verify(secret(1), partsNow('{"a":"é✓"}'), signer, [])).toEqual({ a: "é✓" });
  });

  it("signs with the endpoint's secrets alone when it has some", () => {
    const signer = createSigner([secret(1)]);
    expect(verify(secret(2), partsNow("{}"), signer, [secret(2)])).toEqual({});
    expect(() => verify(secret(1), partsNow("{}"), signer, [secret(2)])).toThrow("No matching signature");
  });

  it("signs once for each secret when there are two", () => {
    const signer = createSigner([]);
    for (const fill of [2, 3]) verify(secret(fill), partsNow("{}"), signer, [secret(2), secret(3)]);
    const signature = signer.sign(partsNow("{}"), [secret(2), secret(3)]);
    expect(signature.ok && signature.value).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
  });

  it("gives a problem without the secret when one of the endpoint's cannot be read", () => {
    const signature = createSigner([]).sign(partsNow("{}"), [secret(2), "whsec_broken"]);
    expect(signature).toEqual({
      ok: false,
      message: 'secret 2 of the endpoint is not "whsec_" and the base64 of 24 to 64 bytes',
    });
  });

  it("gives a problem when nobody has a secret", () => {
    expect(createSigner([]).sign(partsNow("{}"), []).ok).toBe(false);
  });

  it("throws when a secret of the installation cannot be read", () => {
    expect(() => createSigner(["nonsense"])).toThrow(/^Cannot use this webhook secret: .*; allowed: /);
  });
});
