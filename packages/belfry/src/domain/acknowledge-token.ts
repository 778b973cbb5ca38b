import { createHmac, timingSafeEqual } from "node:crypto";

/** 128 bits: enough that nobody guesses one, and short enough for an SMS. */
const MAC_BYTES = 16;
const FORM = /^([a-z0-9]+)\.([a-z0-9]+)\.([A-Za-z0-9_-]{22})$/;

/** What a token names. */
export interface TokenBearer {
  tenantId: string;
  deliveryId: string;
}

/**
 * What lets its bearer acknowledge one delivery, and nothing else: tenant, delivery and a signature
 * (HMAC-SHA256, RFC 2104, cut to 128 bits), safe in a URL.
 *
 * @param secret the installation's own, 32 random bytes as text
 */
export function acknowledgeToken(secret: string, { tenantId, deliveryId }: TokenBearer): string {
  const mac = macOf(secret, { tenantId, deliveryId }).toString("base64url");
  return `${tenantId.slice("tnt_".length)}.${deliveryId.slice("dlv_".length)}.${mac}`;
}

/** Null unless the token was signed with this secret; takes the same time however wrong it is. */
export function readAcknowledgeToken(secret: string, token: string): TokenBearer | null {
  const [, tenant, delivery, mac] = FORM.exec(token) ?? [];
  if (tenant === undefined || delivery === undefined || mac === undefined) return null;
  const bearer = { tenantId: `tnt_${tenant}`, deliveryId: `dlv_${delivery}` };
  const given = Buffer.from(mac, "base64url");
  return timingSafeEqual(given, macOf(secret, bearer)) ? bearer : null;
}

/** The purpose stands first, so that no signature made for another end fits. */
function macOf(secret: string, { tenantId, deliveryId }: TokenBearer): Buffer {
  const parts = ["acknowledge", tenantId, deliveryId];
  return createHmac("sha256", secret).update(parts.join("\u0000")).digest().subarray(0, MAC_BYTES);
}
