import { z } from "@hono/zod-openapi";
import type { CreatedTenant } from "../../access/tenants.ts";
import { NotFoundError } from "../../domain/errors.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, preconditionFailed, readIfMatch } from "../entity-tag.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { textOf } from "../schemas/field.ts";
import { createdKeySchema, keyRequestSchema } from "../schemas/key.ts";
import {
  createdTenantSchema,
  type TenantResource,
  tenantPageSchema,
  tenantPatchSchema,
  tenantRequestSchema,
  tenantSchema,
} from "../schemas/tenant.ts";
import { type ShownKey, shownOnce } from "../shown-once.ts";
import { createdTenantResource, tenantResource } from "../views/tenant-view.ts";
import { createShownKey } from "./key-creation.ts";
import type { RouteDeps } from "./route-deps.ts";
import { readTenantPatch, readTenantRequest } from "./tenant-request.ts";

const tag = "tenants";
const scope = "operator";
const path = "/v1/tenants";
const params = z.object({ id: textOf("the id of a tenant", "tnt_acme") });
const listQuery = z.strictObject(pageQuery);

/** Who owns data. */
export function tenantRoutes(deps: RouteDeps): Operation[] {
  return [createTenant(deps), listTenants(deps), getTenant(deps), updateTenant(deps), createTenantKey(deps)];
}

function createTenant({ access, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createTenant",
    summary: "Create a tenant and its first admin key, which is shown this once",
    tag,
    scope,
    body: tenantRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "created", schema: createdTenantSchema, headers: ["location", "etag"] } },
    problems: ["tenant_exists", "unknown_time_zone", "key_shown_once"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), async (receiptOf) => {
        const request = readTenantRequest(json);
        const recordOf =
          receiptOf && ((created: CreatedTenant) => receiptOf(jsonAnswer(201, recorded(created))));
        return jsonAnswer(201, createdTenantResource(await access.tenants.create(request, recordOf)));
      });
      return withHeaders(shownOnce(answer), (made: TenantResource) => ({
        location: `${path}/${made.id}`,
        ...entityTag(made),
      }));
    },
  };
}

function recorded({ adminKey }: CreatedTenant): ShownKey {
  return { shownKeyId: adminKey.key.id };
}

function listTenants({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listTenants",
    summary: "List tenants by id",
    tag,
    scope,
    query: listQuery,
    answers: { 200: { description: "one page", schema: tenantPageSchema } },
    handle: async (context) => {
      const { limit, after } = pageRequest(context.get("tenant").id, readQuery(context, listQuery));
      return pageAnswer(context, await store.listTenants({ limit, after }), tenantResource);
    },
  };
}

function getTenant({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: `${path}/{id}`,
    operationId: "getTenant",
    summary: "Read a tenant",
    tag,
    scope,
    params,
    answers: { 200: { description: "the tenant", schema: tenantSchema, headers: ["etag"] } },
    handle: async (context) => {
      const id = pathParameter(context, "id");
      const tenant = present(await store.findTenant(id), "read", id);
      return jsonAnswer(200, tenantResource(tenant), entityTag(tenant));
    },
  };
}

function updateTenant({ access }: RouteDeps): Operation {
  return {
    method: "patch",
    path: `${path}/{id}`,
    operationId: "updateTenant",
    summary: "Change the name or the time zone of a tenant; reminders that are there keep their zone",
    tag,
    scope,
    params,
    body: tenantPatchSchema,
    isConditional: true,
    answers: { 200: { description: "the tenant as it is now", schema: tenantSchema, headers: ["etag"] } },
    problems: ["unknown_time_zone", "time_zone_set"],
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const id = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const tenant = present(await access.tenants.update(id, readTenantPatch(json), condition), "change", id);
      if ("kind" in tenant) throw preconditionFailed("change the tenant", tenant.revision);
      return jsonAnswer(200, tenantResource(tenant), entityTag(tenant));
    },
  };
}

function createTenantKey(deps: RouteDeps): Operation {
  const template = `${path}/{id}/keys`;
  return {
    method: "post",
    path: template,
    operationId: "createTenantKey",
    summary: "Create a key for a tenant that has lost its own; it is shown this once",
    tag,
    scope,
    params,
    body: keyRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "created", schema: createdKeySchema } },
    problems: ["key_shown_once"],
    handle: (context) => {
      const id = pathParameter(context, "id");
      const tenantOf = async () => present(await deps.store.findTenant(id), "create a key for", id).id;
      return createShownKey(deps, { context, template, tenantOf });
    },
  };
}

function present<Found>(tenant: Found | null, verb: string, id: string): Found {
  if (tenant) return tenant;
  throw new NotFoundError(`Cannot ${verb} the tenant: there is none with the id "${id}"`);
}
