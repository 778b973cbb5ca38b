import { z } from "@hono/zod-openapi";
import { type Operation, readQuery } from "../operation.ts";
import { pageAnswer, pageQuery, pageRequest } from "../pagination.ts";
import { inboxPageSchema } from "../schemas/inbox.ts";
import { inboxMessageResource } from "../views/inbox-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const listQuery = z.strictObject(pageQuery);

/** What the inbox channel received. */
export function inboxRoute({ store, links }: RouteDeps): Operation {
  return {
    method: "get",
    path: "/v1/inbox",
    operationId: "listInbox",
    summary: "List the messages that the inbox received, latest first",
    tag: "inbox",
    scope: "read",
    query: listQuery,
    answers: { 200: { description: "one page", schema: inboxPageSchema } },
    handle: async (context) => {
      const request = pageRequest(context.get("tenant").id, readQuery(context, listQuery));
      return pageAnswer(context, await store.listInbox(request), (entry) =>
        inboxMessageResource(entry, links),
      );
    },
  };
}
