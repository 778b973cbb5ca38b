import { InvalidInputError } from "../domain/errors.ts";
import type { SimulationReport, SimulationRequest } from "../domain/simulation.ts";
import type { Tenant } from "../engine/engine.ts";
import type { Store } from "../store/store.ts";
import type { Rehearsal } from "./rehearsal.ts";

/** Reminders in one commit. */
const BATCH = 200;

type LeftOut = SimulationReport["leftOut"];

export interface Adding {
  tenant: Tenant;
  request: Pick<SimulationRequest, "reminders" | "campaigns">;
  /** Receives what each is called in the report. */
  named: Map<string, string>;
}

/** Has the engine take reminders and campaigns, as the API does; resolves with what it refused. */
export async function addRules(rehearsal: Rehearsal, adding: Adding): Promise<LeftOut> {
  for (const name of endpointsOf(adding.request)) await addEndpoint(rehearsal.store, adding.tenant.id, name);
  const reminders = await addReminders(rehearsal, adding);
  const campaigns = await addCampaigns(rehearsal, adding);
  return [...reminders, ...campaigns];
}

/** Every endpoint that something goes to. */
function endpointsOf({ reminders, campaigns }: Adding["request"]): Set<string> {
  const targets = [
    ...reminders.map(({ to }) => to),
    ...[...reminders, ...campaigns].flatMap(({ repeat }) => repeat?.escalation?.to ?? []),
  ];
  const named = targets.flatMap((to) => ("endpoint" in to && to.endpoint !== undefined ? [to.endpoint] : []));
  return new Set([...named, ...campaigns.flatMap(({ endpoint }) => endpoint ?? [])]);
}

async function addReminders({ engine }: Rehearsal, { tenant, request, named }: Adding): Promise<LeftOut> {
  const { reminders } = request;
  const leftOut: LeftOut = [];
  for (let start = 0; start < reminders.length; start += BATCH) {
    const some = reminders.slice(start, start + BATCH);
    const results = await engine.accept(
      tenant,
      some.map(({ id: _id, ...reminder }) => reminder),
    );
    for (const [index, { id }] of some.entries()) {
      const result = results[index];
      if (result?.ok) named.set(result.view.reminder.id, id);
      else leftOut.push({ id, reason: result?.error.message ?? "Cannot accept the reminder: no answer" });
    }
  }
  return leftOut;
}

/** The address goes nowhere: the channel only notes what it is given. */
async function addEndpoint(store: Store, tenantId: string, name: string): Promise<void> {
  const kept = { tenantId, id: `end_${name}`, name, url: "https://endpoint.invalid/", secrets: [] };
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  await store.createEndpoint({ ...kept, state: "on", offReason: null, revision: 1, ...times });
}

async function addCampaigns(rehearsal: Rehearsal, { tenant, request, named }: Adding): Promise<LeftOut> {
  const leftOut: LeftOut = [];
  for (const { id, ...campaign } of request.campaigns) {
    try {
      const made = await rehearsal.engine.createCampaign(tenant, { name: id, ...campaign });
      named.set(made.id, id);
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      leftOut.push({ id, reason: error.message });
    }
  }
  // Each recipient has its reminder before the clock goes on.
  if (request.campaigns.length > 0) await rehearsal.follow();
  return leftOut;
}
