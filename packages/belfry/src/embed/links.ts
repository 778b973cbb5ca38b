import type { Credentials } from "../config/credentials.ts";
import { acknowledgeToken, readAcknowledgeToken } from "../domain/acknowledge-token.ts";
import type { Links } from "../domain/links.ts";
import { ACKNOWLEDGE_PATH, calendarPath } from "../http/link-paths.ts";

/** The links of an installation; null if nobody has said where they lead. */
export function linksOf(publicUrl: string | undefined, secret: Credentials["linkSecret"]): Links | null {
  if (publicUrl === undefined || secret === null) return null;
  const { value } = secret;
  return {
    acknowledge: ({ tenantId, id: deliveryId }) =>
      `${publicUrl}${ACKNOWLEDGE_PATH}/${acknowledgeToken(value, { tenantId, deliveryId })}`,
    calendar: (token) => `${publicUrl}${calendarPath(token)}`,
    readAcknowledge: (token) => readAcknowledgeToken(value, token),
  };
}
