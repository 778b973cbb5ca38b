/** A header of an answer, as a component of the document. */
interface HeaderDescription {
  description: string;
  schema: { type: "string" | "integer"; enum?: string[] };
}

/** Every header that an answer may bear and a caller may care for. */
export const RESPONSE_HEADERS = {
  "x-request-id": {
    description:
      "the id of the request: the caller's own `x-request-id` if it is 1 to 128 of `A-Za-z0-9_.:=-`, else a fresh one",
    schema: { type: "string" },
  },
  location: { description: "where to find what was made", schema: { type: "string" } },
  etag: {
    description: "the revision as an entity tag, for `If-Match`; that of a calendar is for `If-None-Match`",
    schema: { type: "string" },
  },
  link: {
    description: 'the next page: `<…>; rel="next"`; absent on the last one',
    schema: { type: "string" },
  },
  "idempotency-replayed": {
    description:
      "`true` if this is the answer to an earlier request with the same `Idempotency-Key`; else absent",
    schema: { type: "string", enum: ["true"] },
  },
  "preference-applied": {
    description: "`return=minimal` if that was asked for with `Prefer` and heeded (RFC 7240 §3); else absent",
    schema: { type: "string", enum: ["return=minimal"] },
  },
  "retry-after": {
    description: "after how many seconds to come back; absent where coming back does not help",
    schema: { type: "integer" },
  },
  "ratelimit-policy": {
    description:
      'the limit of the key, if keys have one: `"key";q=600;w=60` is 600 requests at once, and 600 in 60 seconds ' +
      "(draft-ietf-httpapi-ratelimit-headers-11)",
    schema: { type: "string" },
  },
  ratelimit: {
    description:
      'what is left of the limit: `"key";r=599;t=1` is 599 requests now, and at least one more in a second',
    schema: { type: "string" },
  },
  "www-authenticate": { description: "RFC 6750: `Bearer` and what is wrong", schema: { type: "string" } },
  accept: { description: "the media type that is taken", schema: { type: "string" } },
} as const satisfies Record<string, HeaderDescription>;

export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** The headers of an answer in the document, the request's id among them. */
export function headersOf(names: readonly ResponseHeader[]): Record<string, { $ref: string }> {
  const all: readonly ResponseHeader[] = ["x-request-id", ...names];
  return Object.fromEntries(all.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
