import type { RecipientInput, RecipientPatchInput, RecipientResource } from "../http/schemas/recipient.ts";
import type { RecipientBatchResource, RecipientUpsertInput } from "../http/schemas/recipient-batch.ts";
import { listOf, type PageOptions } from "./list.ts";
import type { PostOptions, RevisionOptions, Transport } from "./transport.ts";

/** By which a list of recipients is narrowed. */
export interface RecipientListFilter {
  /** Every one of these tags. */
  tags?: readonly string[];
  /** Every one of these attributes, of the value that is given. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Part of a name, of the externalId or of an address, in any case. */
  search?: string;
}

const PATH = "/v1/recipients";

/** Who is reminded, of the tenant whose key the client bears. `id` is theirs, or your own `externalId`. */
export function recipientsOf(send: Transport) {
  const pages = listOf<RecipientResource, object>(send, PATH);
  return {
    create: (recipient: RecipientInput, options: PostOptions = {}) =>
      send<RecipientResource>({ method: "POST", path: PATH, body: recipient, ...options }),
    /** Makes those whose externalId is new, and changes the others; look at the `status` of each. */
    upsertBatch: (recipients: readonly RecipientUpsertInput[], options: PostOptions = {}) =>
      send<RecipientBatchResource>({
        method: "POST",
        path: `${PATH}/batch`,
        body: { recipients },
        ...options,
      }),
    get: (id: string) => send<RecipientResource>({ method: "GET", path: pathOf(id) }),
    /** What is left out becomes empty, but for the `externalId`. */
    replace: (id: string, recipient: RecipientInput, options: RevisionOptions = {}) =>
      send<RecipientResource>({ method: "PUT", path: pathOf(id), body: recipient, ...options }),
    /** A merge patch: what is left out stays; null empties a field or takes a name away. */
    update: (id: string, patch: RecipientPatchInput, options: RevisionOptions = {}) =>
      send<RecipientResource>({ method: "PATCH", path: pathOf(id), body: patch, ...options }),
    /** What waits for them is cancelled, and the history forgets who they were. */
    delete: (id: string, options: RevisionOptions = {}) =>
      send<null>({ method: "DELETE", path: pathOf(id), ...options }),
    list: (filter: RecipientListFilter & PageOptions = {}) => pages.list(queryOf(filter)),
    /** Every recipient of every page, page by page as they are asked for. */
    all: (filter: RecipientListFilter & PageOptions = {}) => pages.all(queryOf(filter)),
  };
}

/** As the API's query has it. */
function queryOf({ tags, attributes, ...others }: RecipientListFilter & PageOptions): object {
  const pairs = Object.entries(attributes ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return {
    ...(tags?.length && { tag: tags.join(",") }),
    ...(pairs.length > 0 && { attribute: pairs.join(",") }),
    ...others,
  };
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
