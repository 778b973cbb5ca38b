import { randomUUID } from "node:crypto";
import { ApiError } from "../../client/api-error.ts";
import { patiently } from "../patience.ts";
import type { ImportBatchOptions } from "./import-batch.ts";
import type { ImportReport } from "./import-report.ts";
import type { EndpointLine } from "./transfer-line.ts";

/** A line that holds an endpoint. */
export interface NumberedEndpoint {
  number: number;
  endpoint: EndpointLine["endpoint"];
}

/** Makes an endpoint, unless there is one of its name, which is left as it is. */
export async function importEndpoint(
  { number, endpoint: { name, url, state } }: NumberedEndpoint,
  { client, context, signal, report }: ImportBatchOptions & { report: ImportReport },
): Promise<void> {
  try {
    const idempotencyKey = randomUUID();
    const create = () => client.endpoints.create({ name, url }, { idempotencyKey });
    await patiently(create, { context, signal });
    if (state === "off") await patiently(() => client.endpoints.update(name, { state }), { context, signal });
    await report.endpoint(number, name);
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 409)) throw error;
    if (error.code === "endpoint_exists") return report.skip(number, `endpoint ${name} is there already`);
    await report.fail(number, { detail: error.detail, errors: [...error.errors] });
  }
}
