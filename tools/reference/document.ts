import { VERSION } from "../../packages/belfry/src/config/version.ts";
import { OPERATOR } from "../../packages/belfry/src/domain/operator.ts";
import { createApp } from "../../packages/belfry/src/http/app.ts";
import { allOperations } from "../../packages/belfry/src/http/operations.ts";
import type { ApiDocument } from "../../packages/belfry/src/http/reference/api-document.ts";

/** The document that the server gives at `/openapi.json`, without a server. */
export async function readDocument(): Promise<ApiDocument> {
  const app = createApp({
    engine: absent("engine"),
    store: absent("store"),
    clock: absent("clock"),
    log: absent("log"),
    ids: { next: (prefix) => `${prefix}_reference` },
    access: { newKey: () => "", operator: OPERATOR, rateLimit: null },
    // They are there with BELFRY_PUBLIC_URL.
    links: { acknowledge: () => "", calendar: () => "", readAcknowledge: () => null },
    version: VERSION,
    operations: allOperations,
    renderMetrics: () => absent<Promise<never>>("metrics"),
  });
  const response = await app.request("/openapi.json");
  return (await response.json()) as ApiDocument;
}

/** Stands for what a description of the API never uses, and says so if it is used after all. */
function absent<Part extends object>(name: string): Part {
  const refuse = (): never => {
    throw new Error(`Cannot describe the API: it asked for the ${name}`);
  };
  return new Proxy({} as Part, { get: refuse });
}
