import { z } from "@hono/zod-openapi";
import type { Answer, AppContext } from "./request.ts";

/** Of a caller who has enough in the id of what was made. */
export const PREFER_MINIMAL = z.string().optional().openapi({
  description:
    "`return=minimal` (RFC 7240 §4.2): of each that is accepted, its id alone; any other preference is passed over",
  example: "return=minimal",
});

const MINIMAL = "return=minimal";

/** What is preferred of what can be: `return=minimal`, or nothing. Of what is stated twice the first counts (§2). */
export function preferenceOf(context: AppContext): typeof MINIMAL | undefined {
  return prefersMinimal(context.req.header("prefer")) ? MINIMAL : undefined;
}

/** The answer, which says that the preference was heeded, if there was one. */
export function heeding(preference: string | undefined, answer: Answer): Answer {
  if (preference === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, "preference-applied": preference } };
}

/** Whether a `Prefer` header asks for as little as will do. */
export function prefersMinimal(header: string | undefined): boolean {
  if (header === undefined) return false;
  const returned = preferencesIn(header).find(([name]) => name.toLowerCase() === "return");
  return returned?.[1] === "minimal";
}

/** Names and values; parameters of a preference are left out. */
function preferencesIn(header: string): [string, string][] {
  // What is quoted may hold what separates the others; a quote that is never closed runs to the end.
  const parts = header.match(/(?:"(?:[^"\\]|\\.)*(?:"|$)|[^",])+/g) ?? [];
  return parts.map((part) => {
    const [, name = "", value = ""] =
      /^\s*([^\s=;"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*))?/.exec(part) ?? [];
    return [name, value.replace(/^"(.*)"$/, "$1")];
  });
}
