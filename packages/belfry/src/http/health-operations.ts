import type { Operation } from "./operation.ts";
import { healthRoutes, indexRoute } from "./routes/health.ts";
import { metricsRoute, type RenderMetrics } from "./routes/metrics.ts";
import type { RouteDeps } from "./routes/route-deps.ts";

/** What is asked besides what the routes share. */
export interface OperationOptions {
  /** Belfry's own version, for the document. */
  version: string;
  /** Undefined: there is no `/metrics`. */
  renderMetrics: RenderMetrics | undefined;
}

/** What a process can do, in the order of the document. */
export type Operations = (deps: RouteDeps, options: OperationOptions) => Operation[];

/** What a process answers that has no part of the API: whether it is up, and how it goes. */
export const healthOperations: Operations = (deps, { version, renderMetrics }) => [
  ...healthRoutes(deps),
  ...(renderMetrics ? [metricsRoute(renderMetrics)] : []),
  indexRoute(version, { health: "/healthz", ready: "/readyz" }),
];
