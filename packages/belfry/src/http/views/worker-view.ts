import type { WorkerView } from "../../domain/worker.ts";
import { formatInstant } from "../../time/instant.ts";
import type { WorkerResource } from "../schemas/worker.ts";

/** A worker as the API shows it. */
export function workerResource({
  partition,
  startedAtMs,
  seenAtMs,
  roles,
  ...worker
}: WorkerView): WorkerResource {
  return {
    ...worker,
    roles: [...roles],
    partition: partition === null ? null : `${partition.index}/${partition.of}`,
    startedAt: formatInstant(startedAtMs),
    seenAt: formatInstant(seenAtMs),
  };
}
