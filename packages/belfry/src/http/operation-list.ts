import type { RenderMetrics } from "./health-answers.ts";
import type { Operation } from "./operation.ts";
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
