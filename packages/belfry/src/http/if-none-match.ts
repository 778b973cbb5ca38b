/** Whether `If-None-Match` names an entity tag (RFC 9110, 13.1.2): weak ones count as their strong ones. */
export function matchesEntityTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag.replace(/^W\//, "") === etag;
  });
}
