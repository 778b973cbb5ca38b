import { z } from "@hono/zod-openapi";
import { NotFoundError } from "../../domain/errors.ts";
import type { Recipient } from "../../domain/recipient.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { entityTag, preconditionFailed, readIfMatch } from "../entity-tag.ts";
import { type Operation, pathParameter, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { answerOnce, repeatable, withHeaders } from "../repeatable.ts";
import { jsonAnswer } from "../request.ts";
import { textOf } from "../schemas/field.ts";
import {
  type RecipientResource,
  recipientPageSchema,
  recipientPatchDocument,
  recipientRequestDocument,
  recipientSchema,
} from "../schemas/recipient.ts";
import { requireStorable } from "../storable-json.ts";
import { recipientResource } from "../views/recipient-view.ts";
import { readRecipientFilter, recipientFilterQuery } from "./recipient-filter.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "recipients";
const path = "/v1/recipients";
const onePath = `${path}/{id}`;
const params = z.object({
  id: textOf("the id of a recipient, or your own externalId", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
});
const listQuery = z.strictObject({ ...recipientFilterQuery, ...pageQuery });
const WHAT = "the recipient";

/** Who is reminded. */
export function recipientRoutes(deps: RouteDeps): Operation[] {
  return [
    createRecipient(deps),
    listRecipients(deps),
    getRecipient(deps),
    changeRecipient(deps, REPLACING),
    changeRecipient(deps, PATCHING),
    deleteRecipient(deps),
  ];
}

function createRecipient({ engine, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createRecipient",
    summary: "Add a recipient",
    tag,
    scope: "write",
    body: recipientRequestDocument,
    repeat: "recorded",
    answers: { 201: { description: "added", schema: recipientSchema, headers: ["location", "etag"] } },
    problems: ["recipient_exists"],
    handle: async (context) => {
      const { bytes, json } = await readBody(context, MAX_BODY_BYTES);
      const answer = await doOnce(repeatable(context, path, bytes), (receiptOf) => {
        requireStorable(json, WHAT);
        return answerOnce<Recipient>({
          receiptOf,
          write: (keep) => engine.createRecipient(context.get("tenant"), json, keep),
          show: (recipient) => jsonAnswer(201, recipientResource(recipient)),
        });
      });
      return withHeaders<RecipientResource>(answer, (made) => ({
        location: `${path}/${made.id}`,
        ...entityTag(made),
      }));
    },
  };
}

function listRecipients({ store }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listRecipients",
    summary:
      "List recipients, the oldest first; with a filter, a page may have fewer than `limit` though more follow",
    tag,
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: recipientPageSchema } },
    handle: async (context) => {
      const query = readQuery(context, listQuery);
      const request = { ...pageRequest(context.get("tenant").id, query), filter: readRecipientFilter(query) };
      return pageAnswer(context, await store.listRecipients(request), recipientResource);
    },
  };
}

function getRecipient({ engine }: RouteDeps): Operation {
  return {
    method: "get",
    path: onePath,
    operationId: "getRecipient",
    summary: "Read a recipient, by its id or your own",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "the recipient", schema: recipientSchema, headers: ["etag"] } },
    handle: async (context) => {
      const name = pathParameter(context, "id");
      const recipient = await engine.findRecipient(context.get("tenant").id, name);
      if (!recipient) throw noRecipient("read", name);
      return jsonAnswer(200, recipientResource(recipient), entityTag(recipient));
    },
  };
}

interface Changing
  extends Required<Pick<Operation, "operationId" | "summary">>,
    Pick<Operation, "method" | "body"> {
  verb: string;
  does: "replaceRecipient" | "patchRecipient";
}

const REPLACING: Changing = {
  method: "put",
  operationId: "replaceRecipient",
  summary: "Replace all that is known of a recipient; its `externalId` stays unless another is given",
  body: recipientRequestDocument,
  verb: "replace",
  does: "replaceRecipient",
};
const PATCHING: Changing = {
  method: "patch",
  operationId: "updateRecipient",
  summary: "Change a recipient; what waits for them is planned anew at once",
  body: recipientPatchDocument,
  verb: "change",
  does: "patchRecipient",
};

function changeRecipient({ engine }: RouteDeps, { verb, does, ...told }: Changing): Operation {
  return {
    ...told,
    path: onePath,
    tag,
    scope: "write",
    params,
    isConditional: true,
    answers: {
      200: { description: "the recipient as it is now", schema: recipientSchema, headers: ["etag"] },
    },
    problems: ["recipient_exists", "recipient_changed"],
    handle: async (context) => {
      const { json } = await readBody(context, MAX_BODY_BYTES);
      requireStorable(json, WHAT);
      const name = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const changed = await engine[does](context.get("tenant"), name, json, condition);
      if (!changed) throw noRecipient(verb, name);
      if ("kind" in changed) throw preconditionFailed(`${verb} the recipient`, changed.revision);
      return jsonAnswer(200, recipientResource(changed), entityTag(changed));
    },
  };
}

function deleteRecipient({ engine }: RouteDeps): Operation {
  return {
    method: "delete",
    path: onePath,
    operationId: "deleteRecipient",
    summary: "Delete a recipient: what waits for them is cancelled, and the history forgets who they were",
    tag,
    scope: "write",
    params,
    isConditional: true,
    answers: { 204: { description: "deleted" } },
    handle: async (context) => {
      const name = pathParameter(context, "id");
      const condition = readIfMatch(context.req.header("if-match"));
      const deleted = await engine.deleteRecipient(context.get("tenant"), name, condition);
      if (deleted === false) throw noRecipient("delete", name);
      if (deleted !== true) throw preconditionFailed("delete the recipient", deleted.revision);
      return { status: 204, body: "" };
    },
  };
}

/** The refusal of what names no recipient. */
export function noRecipient(verb: string, name: string): NotFoundError {
  return new NotFoundError(`Cannot ${verb} the recipient: there is none with the id or externalId "${name}"`);
}
