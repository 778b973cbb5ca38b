// `belfry api`, `belfry scheduler` or `belfry worker`, but for leases that no setting makes so short: how long
// they last is the second argument, in ms.
import { ROLES } from "../../../src/domain/worker.ts";
import { serveRoles } from "../../../src/roles/serve.ts";

const [name, leaseMs] = process.argv.slice(2);
const role = ROLES.find((known) => known === name);
if (role === undefined) throw new Error(`Cannot run the role ${String(name)}: there is none of that name`);
await serveRoles({
  env: process.env,
  output: { print: (line) => void process.stdout.write(`${line}\n`) },
  roles: [role],
  tuning: () => ({ leaseMs: Number(leaseMs) }),
});
