import type { Operation } from "../operation.ts";
import { jsonAnswer } from "../request.ts";
import { statsSchema } from "../schemas/stats.ts";
import { statsResource } from "../views/stats-view.ts";
import type { RouteDeps } from "./route-deps.ts";

/** How things stand. */
export function statsRoute({ engine }: Pick<RouteDeps, "engine">): Operation {
  return {
    method: "get",
    path: "/v1/stats",
    operationId: "getStats",
    summary: "Tell how things stand, how it went of late, and what the next hour brings",
    tag: "stats",
    scope: "read",
    answers: { 200: { description: "the numbers, at most a few seconds old", schema: statsSchema } },
    handle: async (context) => jsonAnswer(200, statsResource(await engine.stats(context.get("tenant").id))),
  };
}
