import { Hono } from "hono";
import { routePath } from "hono/route";
import { type AccessOptions, type AccessPort, createAccess } from "../access/access.ts";
import type { IdSource } from "../domain/ids.ts";
import { createTelling, type Handler, type OnAnswered } from "./answered.ts";
import { createDoor } from "./door.ts";
import { HttpProblem } from "./http-problem.ts";
import { createIdempotency } from "./idempotency.ts";
import { createMethodLookup, documentPath, routerPath } from "./method-lookup.ts";
import { refuseQuery } from "./operation.ts";
import type { Operations } from "./operation-list.ts";
import { refusalOf, refuse } from "./problem.ts";
import { type AppContext, type AppEnv, respond } from "./request.ts";
import { createRequestIds, type RequestIdOf } from "./request-id.ts";
import type { RenderMetrics } from "./routes/metrics.ts";
import type { RouteDeps } from "./routes/route-deps.ts";

/** Where faults are told; pino's loggers are such. */
export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the API needs of the world. */
export interface AppDeps {
  engine: RouteDeps["engine"];
  store: RouteDeps["store"] & AccessPort;
  clock: RouteDeps["clock"];
  ids: IdSource;
  access: AccessOptions;
  log: FaultLog;
  /** Belfry's own version, for the document. */
  version: string;
  /** Absent: there is no `/metrics`. */
  renderMetrics?: RenderMetrics | undefined;
  /** What it can do: all there is, or a part of it. */
  operations: Operations;
  /** Absent or null: messages have none. */
  links?: RouteDeps["links"] | undefined;
  /** Told of every answer. */
  onAnswered?: OnAnswered | undefined;
}

export type App = Hono<AppEnv>;

/** Builds the API over the engine and the store; it listens nowhere by itself. */
export function createApp(deps: AppDeps): App {
  const access = createAccess({ ...deps, ...deps.access });
  const { engine, store, clock, ids, version, renderMetrics, links = null } = deps;
  const doOnce = createIdempotency(deps);
  const routeDeps = { engine, store, clock, ids, access, doOnce, links };
  const operations = deps.operations(routeDeps, { version, renderMetrics });
  const requestIdOf = createRequestIds(deps.ids);
  const tellRefusal = createRefusal(deps.log, requestIdOf);
  const methodsOf = createMethodLookup(operations);
  const letIn = createDoor(access, deps.clock);
  const telling = createTelling({ ...deps, requestIdOf, refuse: tellRefusal });
  const app: App = new Hono<AppEnv>();
  // One handler a route and no middleware: that is the router's fastest way.
  for (const operation of operations) {
    const handle: Handler = async (context) => {
      const requestId = requestIdOf(context);
      if (operation.scope !== null) await letIn(context, operation.scope);
      // Those that need no key are asked by proxies and probes, which add parameters of their own.
      if (operation.scope !== null && !operation.query) refuseQuery(context);
      return respond(await operation.handle(context), requestId, context.get("limits"));
    };
    app.on(operation.method.toUpperCase(), routerPath(operation.path), telling(operation.path, handle));
  }
  const handleUnknown: Handler = (context) => {
    const methods = methodsOf(context.req.path);
    if (context.req.method !== "OPTIONS" || methods.length === 0)
      return tellRefusal(unfit(context, methods), context);
    return respond({ status: 204, body: "", headers: { allow: methods.join(", ") } }, requestIdOf(context));
  };
  app.notFound(telling(null, handleUnknown));
  app.onError(tellRefusal);
  return app;
}

/** What is wrong with a request that no route takes. */
function unfit({ req: { method } }: AppContext, methods: readonly string[]): HttpProblem {
  if (methods.length === 0) {
    const message = "Cannot find the path: see /openapi.json for those there are";
    return new HttpProblem({ status: 404, code: "not_found", message });
  }
  const allow = methods.join(", ");
  const message = `Cannot ${method} this path: it takes ${allow}`;
  return new HttpProblem({ status: 405, code: "method_not_allowed", message, headers: { allow } });
}

/** Answers with a problem; Belfry's own faults go into the log under the request's id. */
function createRefusal(
  log: FaultLog,
  requestIdOf: RequestIdOf,
): (error: unknown, context: AppContext) => Response {
  return (error, context) => {
    const requestId = requestIdOf(context);
    const refusal = refusalOf(error);
    if (refusal.isFault) {
      // The path itself may name what nobody but its owner should read of.
      const path = documentPath(routePath(context));
      log.error({ requestId, method: context.req.method, path, err: error }, "Cannot answer a request");
    }
    return refuse(refusal, requestId, context.get("limits"));
  };
}
