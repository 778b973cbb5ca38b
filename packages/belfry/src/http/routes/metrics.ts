import { z } from "@hono/zod-openapi";
import { answerMetrics, type RenderMetrics } from "../health-answers.ts";
import type { Operation } from "../operation.ts";

const textSchema = z.string().openapi({ description: "a line for each series" });

/** What Prometheus scrapes. Open like the health: no id, no tenant and no address is in it. */
export function metricsRoute(render: RenderMetrics): Operation {
  return {
    method: "get",
    path: "/metrics",
    operationId: "getMetrics",
    summary: "Give the metrics, for Prometheus",
    tag: "health",
    scope: null,
    answers: {
      200: {
        description: "the metrics, as Prometheus' text or as OpenMetrics, whichever `Accept` prefers",
        others: {
          "text/plain; version=0.0.4": textSchema,
          "application/openmetrics-text; version=1.0.0": textSchema,
        },
      },
    },
    handle: (context) => answerMetrics(render, context),
  };
}
