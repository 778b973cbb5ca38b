import { Hono } from "hono";
import type { IdSource } from "../domain/ids.ts";
import type { Tenant } from "../engine/engine.ts";
import { createAuthentication, type Scope } from "./auth.ts";
import { HttpProblem } from "./http-problem.ts";
import { createIdempotency } from "./idempotency.ts";
import { createMethodLookup, routerPath } from "./method-lookup.ts";
import type { Operation } from "./operation.ts";
import { refusalOf, refuse } from "./problem.ts";
import { type AppContext, type AppEnv, respond } from "./request.ts";
import { createRequestIds, type RequestIdOf } from "./request-id.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { documentRoute } from "./routes/document.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { healthRoutes, indexRoute } from "./routes/health.ts";
import { inboxRoute } from "./routes/inbox.ts";
import { reminderBatchRoute } from "./routes/reminder-batch.ts";
import { reminderRoutes } from "./routes/reminders.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { previewRoute } from "./routes/schedules.ts";

/** Where faults are told; pino's loggers are such. */
export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What the API needs of the world. */
export interface AppDeps {
  engine: RouteDeps["engine"];
  store: RouteDeps["store"];
  clock: RouteDeps["clock"];
  ids: IdSource;
  /** The tenant of a key. */
  tenantOf: (tenantId: string) => Tenant;
  log: FaultLog;
  /** Belfry's own version, for the document. */
  version: string;
}

export type App = Hono<AppEnv>;

/** Builds the API over the engine and the store; it listens nowhere by itself. */
export function createApp(deps: AppDeps): App {
  const operations = allOperations(deps);
  const requestIdOf = createRequestIds(deps.ids);
  const tellRefusal = createRefusal(deps.log, requestIdOf);
  const methodsOf = createMethodLookup(operations);
  const letIn = createDoor(deps);
  const app: App = new Hono<AppEnv>();
  // One handler a route and no middleware: that is the router's fastest way.
  for (const operation of operations) {
    app.on(operation.method.toUpperCase(), routerPath(operation.path), async (context) => {
      const requestId = requestIdOf(context);
      if (operation.scope !== null) await letIn(context, operation.scope);
      return respond(await operation.handle(context), requestId);
    });
  }
  app.notFound((context) => {
    const methods = methodsOf(context.req.path);
    if (context.req.method !== "OPTIONS" || methods.length === 0)
      return tellRefusal(unfit(context, methods), context);
    return respond({ status: 204, body: "", headers: { allow: methods.join(", ") } }, requestIdOf(context));
  });
  app.onError(tellRefusal);
  return app;
}

function allOperations(deps: AppDeps): Operation[] {
  const { engine, store, clock } = deps;
  const routeDeps: RouteDeps = { engine, store, clock, doOnce: createIdempotency(deps) };
  const described = [
    ...reminderRoutes(routeDeps),
    reminderBatchRoute(routeDeps),
    previewRoute(routeDeps),
    ...deliveryRoutes(routeDeps),
    ...endpointRoutes(routeDeps),
    inboxRoute(routeDeps),
    ...healthRoutes(deps),
    indexRoute(deps.version),
  ];
  return [...described, documentRoute(described, deps.version)];
}

/** Lets a request in, in the name of the tenant whose key it bears. */
function createDoor(deps: AppDeps): (context: AppContext, scope: Scope) => Promise<void> {
  const authenticate = createAuthentication(deps);
  return async (context, scope) => {
    const key = await authenticate(context.req.header("authorization"), scope);
    context.set("tenant", deps.tenantOf(key.tenantId));
  };
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
      const { method, path } = context.req;
      log.error({ requestId, method, path, err: error }, "Cannot answer a request");
    }
    return refuse(refusal, requestId);
  };
}
