import { z } from "@hono/zod-openapi";
import { NotFoundError } from "../../domain/errors.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { jsonAnswer } from "../request.ts";
import { textOf } from "../schemas/field.ts";
import { createdKeySchema, currentKeySchema, keyPageSchema, keyRequestSchema } from "../schemas/key.ts";
import { keyResource } from "../views/key-view.ts";
import { createShownKey } from "./key-creation.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "keys";
const path = "/v1/keys";
const params = z.object({ id: textOf("the id of a key", "key_01k9yz3t5v8m6n4q2r7s1w0xab") });
const listQuery = z.strictObject(pageQuery);

/** Who may come in, of one tenant. */
export function keyRoutes(deps: RouteDeps): Operation[] {
  return [createKey(deps), listKeys(deps), getCurrentKey(deps), revokeKey(deps)];
}

function createKey(deps: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createKey",
    summary: "Create a key, which is shown this once",
    tag,
    scope: "admin",
    body: keyRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "created", schema: createdKeySchema } },
    problems: ["key_shown_once"],
    handle: (context) => {
      return createShownKey(deps, { context, template: path, tenantOf: () => context.get("tenant").id });
    },
  };
}

function listKeys({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listKeys",
    summary: "List the keys of the tenant, newest first",
    tag,
    scope: "admin",
    query: listQuery,
    answers: { 200: { description: "one page", schema: keyPageSchema } },
    handle: async (context) => {
      const request = pageRequest(context.get("tenant").id, readQuery(context, listQuery));
      return pageAnswer(context, await store.listKeys(request), keyResource);
    },
  };
}

function getCurrentKey({ access }: RouteDeps): Operation {
  return {
    method: "get",
    path: `${path}/current`,
    operationId: "getCurrentKey",
    summary: "Tell whose the key of this request is and what it may do",
    tag,
    scope: "any",
    answers: { 200: { description: "the key of this request", schema: currentKeySchema } },
    handle: async (context) => {
      const [key, tenant] = [context.get("key"), context.get("tenant")];
      const { id, name, timeZone } = tenant;
      const isOperator = key.scopes.includes("admin") && access.isOperator({ key, tenant });
      return jsonAnswer(200, { ...keyResource(key), tenant: { id, name, timeZone }, isOperator });
    },
  };
}

function revokeKey({ access }: RouteDeps): Operation {
  return {
    method: "delete",
    path: `${path}/{id}`,
    operationId: "revokeKey",
    summary: "Revoke a key: it works no longer",
    tag,
    scope: "admin",
    params,
    answers: { 204: { description: "revoked" } },
    problems: ["last_admin_key", "installation_key"],
    handle: async (context) => {
      const id = pathParameter(context, "id");
      if (await access.keys.revoke(context.get("tenant").id, id)) return { status: 204, body: "" };
      throw new NotFoundError(`Cannot revoke the key: there is none with the id "${id}"`);
    },
  };
}
