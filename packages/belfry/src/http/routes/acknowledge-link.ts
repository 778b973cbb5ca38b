import { z } from "@hono/zod-openapi";
import { rootOccurrence } from "../../domain/delivery.ts";
import { NotFoundError } from "../../domain/errors.ts";
import type { Links } from "../../domain/links.ts";
import { discardBody } from "../discard-body.ts";
import { ACKNOWLEDGE_PATH } from "../link-paths.ts";
import { type Operation, pathParameter } from "../operation.ts";
import { acknowledgePage, PAGE_HEADERS } from "../pages/acknowledge-page.ts";
import { type Answer, type AppContext, jsonAnswer } from "../request.ts";
import { acknowledgedSchema } from "../schemas/acknowledgement.ts";
import { textOf } from "../schemas/field.ts";
import { acknowledgedResource } from "../views/acknowledgement-view.ts";
import type { RouteDeps } from "./route-deps.ts";

const path = `${ACKNOWLEDGE_PATH}/{token}`;
const tag = "links";
const params = z.object({
  token: textOf(
    "as the link in the message has it",
    "default.7h2k9m4x1c8q0s5w3z6b4n1v2y.2mJx0q0mQy9b7zQk3nV8Sw",
  ),
});
const HTML_TYPE = "text/html";
const page = z.string().openapi({ description: "HTML without scripts" });

type Deps = Pick<RouteDeps, "engine" | "store"> & { links: Links };

/**
 * The link in a message: whoever has it needs no key. Programs that look through mail follow links, so looking
 * at it acknowledges nothing; its button does.
 */
export function acknowledgeLinkRoutes(deps: Deps): Operation[] {
  return [showLink(deps), followLink(deps)];
}

function showLink(deps: Deps): Operation {
  return {
    method: "get",
    path,
    operationId: "showAcknowledgeLink",
    summary: "Show the page of a message's link, with a button that acknowledges; this alone changes nothing",
    tag,
    scope: null,
    params,
    answers: { 200: { description: "the page", others: { [HTML_TYPE]: page } } },
    handle: async (context) => {
      const found = await find(deps, context);
      if (!found) return unknown(context);
      const acknowledged = await deps.store.findAcknowledgements(found.tenantId, [found.rootId]);
      const before = acknowledged.get(found.rootId)?.acknowledgedAtMs ?? null;
      return html(200, acknowledgePage({ kind: "asked", dueMs: found.dueMs, acknowledgedAtMs: before }));
    },
  };
}

function followLink(deps: Deps): Operation {
  return {
    method: "post",
    path,
    operationId: "followAcknowledgeLink",
    summary: "Acknowledge by the link of a message, without a key; the body is not read",
    tag,
    scope: null,
    params,
    repeat: "harmless",
    answers: {
      200: {
        description: "what came of it: a page for who accepts HTML",
        schema: acknowledgedSchema,
        others: { [HTML_TYPE]: page },
      },
    },
    handle: async (context) => {
      await discardBody(context.req.raw.body);
      const named = deps.links.readAcknowledge(pathParameter(context, "token"));
      const acknowledged = named && (await deps.engine.acknowledge(named.tenantId, named.deliveryId));
      if (!acknowledged) return unknown(context);
      if (!wantsHtml(context)) return jsonAnswer(200, acknowledgedResource(acknowledged));
      const { acknowledgedAtMs, delivery } = acknowledged;
      return html(200, acknowledgePage({ kind: "done", dueMs: delivery.occurrence.dueMs, acknowledgedAtMs }));
    },
  };
}

async function find({ store, links }: Deps, context: AppContext) {
  const named = links.readAcknowledge(pathParameter(context, "token"));
  const delivery = named && (await store.findDelivery(named.tenantId, named.deliveryId));
  if (!delivery) return null;
  return { tenantId: delivery.tenantId, rootId: rootOccurrence(delivery), dueMs: delivery.occurrence.dueMs };
}

/** A person reads a page, a program a problem. */
function unknown(context: AppContext): Answer {
  if (wantsHtml(context)) return html(404, acknowledgePage({ kind: "unknown" }));
  throw new NotFoundError("Cannot find what this link is for: it is not whole, or its message is too old");
}

function wantsHtml(context: AppContext): boolean {
  return (context.req.header("accept") ?? "").includes(HTML_TYPE);
}

function html(status: number, body: string): Answer {
  return { status, body, headers: PAGE_HEADERS };
}
