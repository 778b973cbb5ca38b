/** The server's address as paths are put behind it. */
export function baseOf(url: string): string {
  return url.replace(/\/+$/, "");
}

/** `?limit=20`: what is given; lists are joined by commas. Empty if nothing is. */
export function queryOf(query: object | undefined): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? "" : `?${given}`;
}
