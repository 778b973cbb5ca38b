import type { Store } from "../store/store.ts";
import {
  answerHealth,
  answerIndex,
  answerMetrics,
  answerReadiness,
  type RenderMetrics,
} from "./health-answers.ts";
import { type Answer, type AppContext, respond } from "./request.ts";
import { type App, createRouting, type Route, type RoutingDeps } from "./routing.ts";

export interface HealthAppDeps extends RoutingDeps {
  store: Pick<Store, "ping">;
  /** Belfry's own version. */
  version: string;
  /** Absent: there is no `/metrics`. */
  renderMetrics?: RenderMetrics | undefined;
}

/**
 * What a process answers that has no part of the API: whether it is up, and how it goes. Apart from the API, whose
 * descriptions are more than half of what there is to load.
 */
export function createHealthApp({ store, version, renderMetrics, ...deps }: HealthAppDeps): App {
  const links = { health: "/healthz", ready: "/readyz", ...(renderMetrics ? { metrics: "/metrics" } : {}) };
  const routes = [
    get("/healthz", answerHealth),
    get("/readyz", () => answerReadiness(store)),
    ...(renderMetrics ? [get("/metrics", (context) => answerMetrics(renderMetrics, context))] : []),
    get("/", () => answerIndex(version, links)),
  ];
  const paths = `there are ${Object.values(links).join(", ")}; the API is where belfry api runs`;
  return createRouting(routes, deps, paths);
}

function get(path: string, answer: (context: AppContext) => Answer | Promise<Answer>): Route {
  return {
    method: "get",
    path,
    answer: async (context, requestId) => respond(await answer(context), requestId),
  };
}
