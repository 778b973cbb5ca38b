import { z } from "@hono/zod-openapi";
import { NotFoundError } from "../../domain/errors.ts";
import type { Endpoint } from "../../domain/target.ts";
import type { EndpointPatch } from "../../engine/engine.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, preconditionFailed, readIfMatch } from "../entity-tag.ts";
import { invalidInput, parseInput } from "../input.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import {
  type EndpointResource,
  endpointNameOf,
  endpointPageSchema,
  endpointPatchSchema,
  endpointRequestSchema,
  endpointSchema,
} from "../schemas/endpoint.ts";
import { requireStorable } from "../storable-json.ts";
import { endpointResource } from "../views/endpoint-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "endpoints";
const path = "/v1/endpoints";
const params = z.object({ name: endpointNameOf("the name of an endpoint") });
const listQuery = z.strictObject(pageQuery);

/** Named webhook destinations. */
export function endpointRoutes(deps: RouteDeps): Operation[] {
  return [
    createEndpoint(deps),
    listEndpoints(deps),
    getEndpoint(deps),
    updateEndpoint(deps),
    deleteEndpoint(deps),
  ];
}

function createEndpoint({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createEndpoint",
    summary: "Name a webhook destination",
    tag,
    scope: "write",
    body: endpointRequestSchema,
    repeat: "recorded",
    answers: { 201: { description: "created", schema: endpointSchema, headers: ["location", "etag"] } },
    problems: ["endpoint_exists"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        const { name, url, secrets = [] } = parseInput(endpointRequestSchema, json, "the endpoint");
        requireStorable(json, "the endpoint");
        return answerOnce<Endpoint>({
          receiptOf,
          write: (keep) => engine.createEndpoint(context.get("tenant"), { name, url, secrets }, keep),
          show: (endpoint) => jsonAnswer(201, endpointResource(endpoint)),
        });
      });
      return withHeaders<EndpointResource>(answer, (made) => ({
        location: `${path}/${made.name}`,
        ...entityTag(made),
      }));
    },
  };
}

function listEndpoints({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listEndpoints",
    summary: "List endpoints by name",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: endpointPageSchema } },
    handle: async (context) => {
      const request = pageRequest(context.get("tenant").id, readQuery(context, listQuery));
      return pageAnswer(context, await store.listEndpoints(request), endpointResource);
    },
  };
}

function getEndpoint({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path: `${path}/{name}`,
    operationId: "getEndpoint",
    summary: "Read an endpoint; its secrets are counted, never shown",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "the endpoint", schema: endpointSchema, headers: ["etag"] } },
    handle: async (context) => {
      const name = pathParameter(context, "name");
      const endpoint = await store.findEndpoint(context.get("tenant").id, name);
      if (!endpoint) throw noEndpoint("read", name);
      return jsonAnswer(200, endpointResource(endpoint), entityTag(endpoint));
    },
  };
}

function updateEndpoint({ engine }: RouteDeps): Operation {
  return {
    method: "patch",
    path: `${path}/{name}`,
    operationId: "updateEndpoint",
    summary: "Change the URL, the secrets or the state of an endpoint",
    tag,
    scope: "write",
    params,
    body: endpointPatchSchema,
    isConditional: true,
    answers: { 200: { description: "the endpoint as it is now", schema: endpointSchema, headers: ["etag"] } },
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      const name = pathParameter(context, "name");
      const condition = readIfMatch(context.req.header("if-match"));
      const changed = await engine.updateEndpoint(context.get("tenant"), name, readPatch(json), condition);
      if (!changed) throw noEndpoint("change", name);
      if ("kind" in changed) throw preconditionFailed("change the endpoint", changed.revision);
      return jsonAnswer(200, endpointResource(changed), entityTag(changed));
    },
  };
}

function deleteEndpoint({ store }: RouteDeps): Operation {
  return {
    method: "delete",
    path: `${path}/{name}`,
    operationId: "deleteEndpoint",
    summary: "Delete an endpoint",
    tag,
    scope: "write",
    params,
    isConditional: true,
    answers: { 204: { description: "deleted" } },
    handle: async (context) => {
      const name = pathParameter(context, "name");
      const condition = readIfMatch(context.req.header("if-match"));
      const deleted = await store.deleteEndpoint({ tenantId: context.get("tenant").id, name, ...condition });
      if (deleted === false) throw noEndpoint("delete", name);
      if (deleted !== true) throw preconditionFailed("delete the endpoint", deleted.revision);
      return { status: 204, body: "" };
    },
  };
}

function readPatch(input: unknown): EndpointPatch {
  const { url, secrets, state } = parseInput(endpointPatchSchema, input, "the endpoint");
  requireStorable(input, "the endpoint");
  if (url === undefined && secrets === undefined && state === undefined) {
    const allowed = "at least one of url, secrets, state";
    throw invalidInput("the endpoint", [{ path: [], value: input, message: "changes nothing", allowed }]);
  }
  return {
    ...(url === undefined ? {} : { url }),
    ...(secrets === undefined ? {} : { secrets }),
    ...(state === undefined ? {} : { state }),
  };
}

function noEndpoint(verb: string, name: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the endpoint: there is none named "${name}"`);
}
