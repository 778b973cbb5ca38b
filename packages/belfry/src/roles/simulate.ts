import type { SimulationReport, SimulationRequest, SimulationWatch } from "../domain/simulation.ts";
import { simulate } from "../simulate/simulate.ts";
import { openSqliteStore } from "../store/sqlite/store.ts";

/**
 * Rehearses what would go to whom and when, on a store in memory that is gone afterwards.
 *
 * @throws SimulationAborted, StoreError
 */
export async function runSimulation(
  request: SimulationRequest,
  watch: SimulationWatch,
): Promise<SimulationReport> {
  const store = openSqliteStore({ path: ":memory:", nowMs: request.fromMs });
  try {
    return await simulate({ stores: [store], request, watch });
  } finally {
    await store.close();
  }
}
