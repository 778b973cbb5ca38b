import { HttpProblem } from "./http-problem.ts";
import { invalidInput } from "./input.ts";
import { IF_MATCH_ALLOWED } from "./schemas/if-match.ts";

/** One element of the list and what ends it: RFC 9110 §8.8.3; elements may be empty (§5.6.1). */
const ELEMENT = /[ \t]*(?:(?<weak>W\/)?"(?<opaque>[\x21\x23-\x7e\x80-\xff]*)")?[ \t]*(?<end>,|$)/y;
/** A revision as `entityTag` writes it; any other tag is of nothing that there is. */
const REVISION = /^[1-9]\d{0,14}$/;

/** The strong entity tag of a representation, as a header: its revision. */
export function entityTag({ revision }: { revision: number }): { etag: string } {
  return { etag: `"${revision}"` };
}

/**
 * The revisions that `If-Match` takes (RFC 9110 §13.1.1), as the condition of a change; no condition
 * without the header, nor with `*`, which asks only for there to be something: that is a 404 anyway.
 *
 * @throws InvalidInputError if the header is malformed
 */
export function readIfMatch(header: string | undefined): { ifRevision?: readonly number[] } {
  if (header === undefined || header.trim() === "*") return {};
  return {
    ifRevision: strongTagsIn(header)
      .filter((tag) => REVISION.test(tag))
      .map(Number),
  };
}

/** Weak tags never match. */
function strongTagsIn(header: string): string[] {
  const tags: string[] = [];
  let count = 0;
  for (let at = 0; ; at = ELEMENT.lastIndex) {
    ELEMENT.lastIndex = at;
    const { weak, opaque, end } = ELEMENT.exec(header)?.groups ?? {};
    if (end === undefined) throw malformed(header);
    if (opaque !== undefined) count += 1;
    if (opaque !== undefined && weak === undefined) tags.push(opaque);
    if (end === "") break;
  }
  if (count === 0) throw malformed(header);
  return tags;
}

function malformed(value: string): Error {
  const path = ["If-Match"];
  const message = "does not have the right form";
  return invalidInput("the headers", [{ path, value, message, allowed: IF_MATCH_ALLOWED }]);
}

/**
 * The refusal of a change whose condition did not hold.
 *
 * @param what completes "Cannot …": "change the reminder"
 * @param revision as it is
 */
export function preconditionFailed(what: string, revision: number): HttpProblem {
  const message = `Cannot ${what}: If-Match does not name its revision, which is ${revision}; read it again`;
  return new HttpProblem({
    status: 412,
    code: "precondition_failed",
    message,
    headers: entityTag({ revision }),
  });
}
