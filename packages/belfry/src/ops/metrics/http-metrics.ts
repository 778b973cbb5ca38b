import { Counter, Histogram, type Registry } from "@prometheus-io/client";
import type { OnAnswered } from "../../http/answered.ts";
import { inSeconds, SHORT_BUCKETS } from "./durations.ts";

/** Methods with series of their own; a caller may send whatever it likes. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const OTHER = "other";
/** Stands for every path that is none of the API's. */
const NO_ROUTE = "none";

/** How the API answers. */
export function createHttpMetrics(registry: Registry): OnAnswered {
  const registers = [registry];
  const requests = new Counter({
    name: "belfry_http_requests_total",
    help: "Requests answered, by method, route and class of status: 2xx, 4xx, 5xx.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const duration = new Histogram({
    name: "belfry_http_request_duration_seconds",
    help: "How long requests took until their answer was ready, by method and route.",
    labelNames: ["method", "route"],
    buckets: SHORT_BUCKETS,
    registers,
  });
  return (answered) => {
    const method = METHODS.has(answered.method) ? answered.method : OTHER;
    const route = answered.route ?? NO_ROUTE;
    requests.inc({ method, route, status: `${Math.floor(answered.status / 100)}xx` });
    duration.observe({ method, route }, inSeconds(answered.durationMs));
  };
}
