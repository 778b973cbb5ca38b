import type { Operation } from "../operation.ts";
import { jsonAnswer } from "../request.ts";
import { workerListSchema } from "../schemas/worker.ts";
import { workerResource } from "../views/worker-view.ts";
import type { RouteDeps } from "./route-deps.ts";

/** Who works on the store. */
export function workersRoute({ store, clock }: RouteDeps): Operation {
  return {
    method: "get",
    path: "/v1/workers",
    operationId: "listWorkers",
    summary: "List the processes that work on the store, with what each holds",
    tag: "workers",
    scope: "operator",
    answers: {
      200: {
        description: "those that have not left; one that ended without a word for a day",
        schema: workerListSchema,
      },
    },
    handle: async () => {
      const workers = await store.listWorkers(clock.now());
      return jsonAnswer(200, { items: workers.map(workerResource) });
    },
  };
}
