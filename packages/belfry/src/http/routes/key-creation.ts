import type { ApiKey } from "../../store/access.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { repeatable } from "../repeatable.ts";
import { type Answer, type AppContext, jsonAnswer } from "../request.ts";
import { type ShownKey, shownOnce } from "../shown-once.ts";
import { issuedKeyResource } from "../views/key-view.ts";
import { readKeyRequest } from "./key-request.ts";
import type { RouteDeps } from "./route-deps.ts";

/**
 * Creates a key and shows it this once.
 *
 * @param tenantOf whose it is to be, once the request has been read
 */
export async function createShownKey(
  { access, clock, doOnce }: RouteDeps,
  {
    context,
    template,
    tenantOf,
  }: {
    context: AppContext;
    template: string;
    tenantOf: () => Promise<string> | string;
  },
): Promise<Answer> {
  const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
  const answer = await doOnce(repeatable(context, template, bytes), async (receiptOf) => {
    const request = readKeyRequest(json, clock.now());
    const recordOf = receiptOf && (({ id }: ApiKey) => receiptOf(jsonAnswer(201, recorded(id))));
    return jsonAnswer(201, issuedKeyResource(await access.keys.issue(await tenantOf(), request, recordOf)));
  });
  return shownOnce(answer);
}

function recorded(shownKeyId: string): ShownKey {
  return { shownKeyId };
}
