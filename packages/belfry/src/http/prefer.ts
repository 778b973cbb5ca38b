import { z } from "@hono/zod-openapi";

/** Of a caller who has enough in the id of what was made. */
export const PREFER_MINIMAL = z.string().optional().openapi({
  description:
    "`return=minimal` (RFC 7240 §4.2): of each that is accepted, its id alone; any other preference is passed over",
  example: "return=minimal",
});

/** What tells that the preference was heeded. */
export const MINIMAL_APPLIED = { "preference-applied": "return=minimal" } as const;

/** Whether a `Prefer` header asks for as little as will do. Of one that is stated twice the first counts (§2). */
export function prefersMinimal(header: string | undefined): boolean {
  if (header === undefined) return false;
  const returned = preferencesIn(header).find(([name]) => name.toLowerCase() === "return");
  return returned?.[1] === "minimal";
}

/** Names and values; parameters of a preference are left out. */
function preferencesIn(header: string): [string, string][] {
  // What is quoted may hold what separates the others.
  const parts = header.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return parts.map((part) => {
    const [, name = "", value = ""] =
      /^\s*([^\s=;"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*))?/.exec(part) ?? [];
    return [name, value.replace(/^"(.*)"$/, "$1")];
  });
}
