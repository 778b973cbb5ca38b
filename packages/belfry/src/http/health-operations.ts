import type { Operations } from "./operation-list.ts";
import { healthRoutes, indexRoute } from "./routes/health.ts";
import { metricsRoute } from "./routes/metrics.ts";

/** What a process answers that has no part of the API: whether it is up, and how it goes. */
export const healthOperations: Operations = (deps, { version, renderMetrics }) => [
  ...healthRoutes(deps),
  ...(renderMetrics ? [metricsRoute(renderMetrics)] : []),
  indexRoute(version, { health: "/healthz", ready: "/readyz" }),
];
