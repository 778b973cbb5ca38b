import { Hono } from "hono";
import { routePath } from "hono/route";
import type { IdSource } from "../domain/ids.ts";
import type { Clock } from "../engine/clock.ts";
import { createTelling, type Handler, type OnAnswered } from "./answered.ts";
import { HttpProblem } from "./http-problem.ts";
import { createMethodLookup, documentPath, routerPath } from "./method-lookup.ts";
import { refusalOf, refuse } from "./problem.ts";
import { type AppContext, type AppEnv, respond } from "./request.ts";
import { createRequestIds, type RequestIdOf } from "./request-id.ts";

/** One method of one path, and what is answered. */
export interface Route {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** With parameters in braces: `/v1/reminders/{id}`. */
  path: string;
  /** What it throws is answered as a problem. */
  answer(context: AppContext, requestId: string): Promise<Response>;
}

/** Where faults are told; pino's loggers are such. */
export interface FaultLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface RoutingDeps {
  clock: Pick<Clock, "now">;
  ids: IdSource;
  log: FaultLog;
  /** Told of every answer. */
  onAnswered?: OnAnswered | undefined;
}

export type App = Hono<AppEnv>;

/**
 * Answers by these routes, and tells whoever asks for another what there is.
 *
 * @param paths where all paths are named, for those who look for one: `see /openapi.json for those there are`
 */
export function createRouting(routes: readonly Route[], deps: RoutingDeps, paths: string): App {
  const requestIdOf = createRequestIds(deps.ids);
  const tellRefusal = createRefusal(deps.log, requestIdOf);
  const methodsOf = createMethodLookup(routes);
  const telling = createTelling({ ...deps, requestIdOf, refuse: tellRefusal });
  const app: App = new Hono<AppEnv>();
  // One handler a route and no middleware: that is the router's fastest way.
  for (const { method, path, answer } of routes) {
    const handle: Handler = async (context) => answer(context, requestIdOf(context));
    app.on(method.toUpperCase(), routerPath(path), telling(path, handle));
  }
  const handleUnknown: Handler = (context) => {
    const methods = methodsOf(context.req.path);
    if (context.req.method !== "OPTIONS" || methods.length === 0)
      return tellRefusal(unfit(context, methods, paths), context);
    return respond({ status: 204, body: "", headers: { allow: methods.join(", ") } }, requestIdOf(context));
  };
  app.notFound(telling(null, handleUnknown));
  app.onError(tellRefusal);
  return app;
}

/** What is wrong with a request that no route takes. */
function unfit({ req: { method } }: AppContext, methods: readonly string[], paths: string): HttpProblem {
  if (methods.length === 0)
    return new HttpProblem({ status: 404, code: "not_found", message: `Cannot find the path: ${paths}` });
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
