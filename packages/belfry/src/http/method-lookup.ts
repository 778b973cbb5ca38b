import { TrieRouter } from "hono/router/trie-router";
import type { Route } from "./routing.ts";

/** Which methods a path has; empty for a path that is not known. */
export type MethodsOf = (path: string) => string[];

/** `/v1/reminders/{id}` as the router writes it: `/v1/reminders/:id`. */
export function routerPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The other way round: `/v1/reminders/:id` as the document writes it. */
export function documentPath(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

/** Looks methods up by path: for the `Allow` header of whatever does not fit. */
export function createMethodLookup(routes: readonly Pick<Route, "method" | "path">[]): MethodsOf {
  const router = new TrieRouter<string>();
  for (const { method, path } of routes) router.add("ALL", routerPath(path), method.toUpperCase());
  return (path) => {
    const methods = new Set(router.match("ALL", path)[0].map(([method]) => method));
    if (methods.size === 0) return [];
    if (methods.has("GET")) methods.add("HEAD");
    return [...methods, "OPTIONS"].sort();
  };
}
