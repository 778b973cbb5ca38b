import type { IdSource } from "../domain/ids.ts";
import type { AppContext } from "./request.ts";

/** What a caller's own id may look like: it goes into the log and the answer as it is. */
const SANE_ID = /^[\w.:=-]{1,128}$/;

/** The id of a request: the caller's `x-request-id` if it is sane, else a fresh one; the same for the whole request. */
export type RequestIdOf = (context: AppContext) => string;

/** Request ids are one fresh id for the process and a count: random bytes for each would cost more than they are worth. */
export function createRequestIds(ids: IdSource): RequestIdOf {
  const process = ids.next("req");
  let count = 0;
  return (context) => {
    const known: string | undefined = context.get("requestId");
    if (known !== undefined) return known;
    const given = context.req.header("x-request-id");
    const id = given !== undefined && SANE_ID.test(given) ? given : `${process}.${++count}`;
    context.set("requestId", id);
    return id;
  };
}
