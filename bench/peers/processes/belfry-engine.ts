// Accepts reminders through Belfry's engine, in the process that calls it.

import { OPERATOR } from "../../../packages/belfry/src/domain/operator.ts";
import { openInstallation } from "../../../packages/belfry/src/roles/installation.ts";
import { belfryRequest } from "../belfry-request.ts";
import type { Job, Order } from "../order.ts";
import { accepting } from "./accepting.ts";
import { serveCalls } from "./calls.ts";

const parallel = Number(process.argv[2]);
const { engine } = await openInstallation({ env: process.env, roles: ["api"], waitsMs: 0 });
await engine.start();
const tenant = { id: OPERATOR.tenantId, timeZone: "UTC" };

async function accept(jobs: readonly Job[]): Promise<void> {
  const refused = (await engine.accept(tenant, jobs.map(belfryRequest))).find((one) => !one.ok);
  if (refused) throw new Error(`Cannot measure: ${JSON.stringify(refused)}`);
}

serveCalls({ accept: (order: Order) => accepting(order, { parallel, accept }) });
