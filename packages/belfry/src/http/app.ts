import { type AccessOptions, type AccessPort, createAccess } from "../access/access.ts";
import { createDoor } from "./door.ts";
import type { RenderMetrics } from "./health-answers.ts";
import { createIdempotency } from "./idempotency.ts";
import { refuseQuery } from "./operation.ts";
import type { Operations } from "./operation-list.ts";
import { respond } from "./request.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { type App, createRouting, type Route, type RoutingDeps } from "./routing.ts";

/** What the API needs of the world. */
export interface AppDeps extends RoutingDeps {
  engine: RouteDeps["engine"];
  store: RouteDeps["store"] & AccessPort;
  clock: RouteDeps["clock"];
  access: AccessOptions;
  /** Belfry's own version, for the document. */
  version: string;
  /** Absent: there is no `/metrics`. */
  renderMetrics?: RenderMetrics | undefined;
  /** What it can do. */
  operations: Operations;
  /** Absent or null: messages have none. */
  links?: RouteDeps["links"] | undefined;
}

/** Builds the API over the engine and the store; it listens nowhere by itself. */
export function createApp(deps: AppDeps): App {
  const access = createAccess({ ...deps, ...deps.access });
  const { engine, store, clock, ids, version, renderMetrics, links = null } = deps;
  const doOnce = createIdempotency(deps);
  const routeDeps = { engine, store, clock, ids, access, doOnce, links };
  const operations = deps.operations(routeDeps, { version, renderMetrics });
  const letIn = createDoor(access, deps.clock);
  const routes = operations.map(({ method, path, scope, query, handle }): Route => {
    return {
      method,
      path,
      answer: async (context, requestId) => {
        if (scope !== null) await letIn(context, scope);
        // Those that need no key are asked by proxies and probes, which add parameters of their own.
        if (scope !== null && !query) refuseQuery(context);
        return respond(await handle(context), requestId, context.get("limits"));
      },
    };
  });
  return createRouting(routes, deps, "see /openapi.json for those there are");
}
