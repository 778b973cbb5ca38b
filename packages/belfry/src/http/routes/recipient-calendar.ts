import { z } from "@hono/zod-openapi";
import { hashOfKey } from "../../domain/api-key.ts";
import type { CalendarFeed } from "../../domain/calendar-feed.ts";
import { ConflictError } from "../../domain/errors.ts";
import { formatInstant } from "../../time/instant.ts";
import { readBody } from "../body.ts";
import { MAX_BODY_BYTES } from "../body-limits.ts";
import { parseInput } from "../input.ts";
import { calendarPath } from "../link-paths.ts";
import { lookedFor, type Operation, pathParameter, readQuery } from "../operation.ts";
import { repeatable } from "../repeatable.ts";
import { type Answer, jsonAnswer } from "../request.ts";
import {
  addressQuery,
  type CalendarAddressResource,
  calendarAddressListSchema,
  createdAddressSchema,
  revokedAddressesSchema,
} from "../schemas/calendar-feed.ts";
import { emptyRequestSchema } from "../schemas/empty-request.ts";
import { textOf } from "../schemas/field.ts";
import { noRecipient } from "./recipients.ts";
import type { RouteDeps } from "./route-deps.ts";

const tag = "calendar";
const path = "/v1/recipients/{id}/calendar";
const params = z.object({
  id: textOf("the id of a recipient, or your own externalId", "rcp_01k9yz3t5v8m6n4q2r7s1w0xab"),
});
const revokeQuery = z.strictObject(addressQuery);

/** The addresses at which a recipient's calendar can be read. */
export function recipientCalendarRoutes(deps: RouteDeps): Operation[] {
  return [createAddress(deps), listAddresses(deps), revokeAddresses(deps)];
}

function createAddress({ engine, access, links, doOnce }: RouteDeps): Operation {
  return {
    method: "post",
    path,
    operationId: "createCalendarAddress",
    summary:
      "Make an address at which a recipient's calendar can be read without a key; it is shown this once",
    tag,
    scope: "write",
    params,
    body: emptyRequestSchema,
    isBodyOptional: true,
    repeat: "recorded",
    answers: { 201: { description: "made", schema: createdAddressSchema } },
    problems: ["too_many_calendar_addresses", "address_shown_once"],
    handle: async (context) => {
      const { bytes, json = {} } = await readBody(context, MAX_BODY_BYTES);
      const name = pathParameter(context, "id");
      const answer = await doOnce(repeatable(context, path, bytes), async (receiptOf) => {
        parseInput(emptyRequestSchema, json, "the body");
        const token = access.newToken();
        const request = { owner: name, tokenHash: hashOfKey(token) };
        const keep = receiptOf && (({ id }: CalendarFeed) => receiptOf(jsonAnswer(201, recorded(id))));
        const feed = await engine.createCalendarFeed(context.get("tenant"), request, keep);
        if (!feed) throw noRecipient("make an address for", name);
        const shown = { path: calendarPath(token), url: links?.calendar(token) ?? null };
        return jsonAnswer(201, { ...addressResource(feed), ...shown });
      });
      return shownOnce(answer);
    },
  };
}

/** What is recorded of an answer that shows an address: never the address, only which one it was. */
interface ShownAddress {
  shownAddressId: string;
}

function recorded(shownAddressId: string): ShownAddress {
  return { shownAddressId };
}

/** @throws ConflictError `address_shown_once` for a repeat: no record holds the address */
function shownOnce(answer: Answer): Answer {
  if (answer.headers?.["idempotency-replayed"] === undefined) return answer;
  const { shownAddressId } = JSON.parse(answer.body) as ShownAddress;
  throw new ConflictError(
    "address_shown_once",
    `Cannot show the address ${shownAddressId} again: the first answer to this request did; if that never arrived, ` +
      "revoke the address and make another one under a fresh Idempotency-Key",
  );
}

function listAddresses({ engine }: RouteDeps): Operation {
  return {
    method: "get",
    path,
    operationId: "listCalendarAddresses",
    summary: "List the addresses of a recipient's calendar, without what makes them work",
    tag,
    scope: "read",
    params,
    answers: { 200: { description: "all of them", schema: calendarAddressListSchema } },
    handle: async (context) => {
      const name = pathParameter(context, "id");
      const feeds = await engine.listCalendarFeeds(context.get("tenant").id, name);
      if (!feeds) throw noRecipient("list the addresses of", name);
      return jsonAnswer(200, { items: feeds.map(addressResource) });
    },
  };
}

function revokeAddresses({ engine }: RouteDeps): Operation {
  return {
    method: "delete",
    path,
    operationId: "revokeCalendarAddresses",
    summary: "Revoke an address of a recipient's calendar, or all: they work no longer",
    tag,
    scope: "write",
    params,
    query: revokeQuery,
    answers: { 200: { description: "revoked, as far as there were any", schema: revokedAddressesSchema } },
    handle: async (context) => {
      const name = pathParameter(context, "id");
      const { address } = readQuery(context, revokeQuery);
      const revoked = await engine.revokeCalendarFeeds(
        context.get("tenant").id,
        name,
        address && lookedFor(address),
      );
      if (revoked === null) throw noRecipient("revoke an address of", name);
      return jsonAnswer(200, { revoked });
    },
  };
}

function addressResource({ id, recipientId: owner, createdAtMs }: CalendarFeed): CalendarAddressResource {
  return { id, owner, createdAt: formatInstant(createdAtMs) };
}
