import { BelfryError } from "../domain/errors.ts";
import type { SimulationReport, SimulationRequest, SimulationWatch } from "../domain/simulation.ts";
import type { Tuning } from "../engine/ports.ts";
import type { Store } from "../store/store.ts";
import { zoneDataVersion } from "../time/schedule.ts";
import { addRules } from "./add-rules.ts";
import { addRecipients, changeRecipient } from "./recipients.ts";
import { SimulationRecord } from "./record.ts";
import { recordingChannels } from "./recording-channels.ts";
import { Rehearsal } from "./rehearsal.ts";
import { joined, type Step, scriptOf } from "./script.ts";
import { keepExpired } from "./watch-expired.ts";

const TENANT_ID = "tnt_simulated";

/** Why a simulation ended before its end. */
export class SimulationAborted extends BelfryError {
  constructor() {
    super("simulation_aborted", "Cannot end the simulation: it was broken off");
  }
}

export interface SimulationOptions {
  /**
   * An empty store, most often in memory, once for each process that works on it; it is written to, and closed
   * by whoever opened it.
   */
  stores: readonly Store[];
  request: SimulationRequest;
  watch?: SimulationWatch;
  /** What differs from what suits a store in memory. */
  tuning?: Partial<Tuning>;
}

/**
 * Rehearses what would go to whom and when: the real engine on a virtual clock, from event to event, with
 * channels that only note what they are given.
 *
 * @throws SimulationAborted, StoreError
 */
export async function simulate({
  stores,
  request,
  watch,
  tuning = {},
}: SimulationOptions): Promise<SimulationReport> {
  const { fromMs, toMs, timeZone } = request;
  const tenant = { id: TENANT_ID, timeZone };
  const steps = scriptOf(request);
  const faults: string[] = [];
  const named = new Map<string, string>();
  const record = new SimulationRecord(joined(request.outages), (id) => named.get(id) ?? id);
  const rehearsal = new Rehearsal({
    stores: stores.map((store) => keepExpired(store, record)),
    startMs: fromMs,
    channels: recordingChannels(),
    observe: record.observe,
    tuning,
    onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
  });
  await rehearsal.store.ensureTenant({ id: tenant.id, timeZone, nowMs: fromMs });
  await addRecipients(rehearsal, { tenantId: tenant.id, people: request.recipients, named });
  await rehearsal.start();
  const leftOut = await addRules(rehearsal, { tenant, request, named });
  await play(rehearsal, steps, { tenantId: tenant.id, request, watch });
  if (rehearsal.isUp) await rehearsal.stop();
  const deliveries = record.deliveries.toSorted((a, b) => (a.sentMs ?? a.dueMs) - (b.sentMs ?? b.dueMs));
  return { fromMs, toMs, zoneData: zoneDataVersion(), deliveries, leftOut, faults };
}

interface Playing {
  tenantId: string;
  request: SimulationRequest;
  watch: SimulationWatch | undefined;
}

async function play(
  rehearsal: Rehearsal,
  steps: readonly Step[],
  { tenantId, request: { fromMs, toMs }, watch }: Playing,
): Promise<void> {
  for (const step of steps) {
    await rehearsal.runUntil(step.atMs);
    if (watch?.signal.aborted) throw new SimulationAborted();
    watch?.onProgress((step.atMs - fromMs) / Math.max(1, toMs - fromMs));
    if (step.kind === "down") await rehearsal.stop();
    if (step.kind === "up") await rehearsal.start();
    if (step.kind !== "change") continue;
    await changeRecipient(rehearsal.store, tenantId, step.change);
    await rehearsal.follow();
  }
}
