// Measures Belfry as users run it. `npm run bench`: all figures; `npm run bench -- million`: the same on a
// full folder beside an empty one; `soak`: a day of load in some minutes; `costs`: what each feature costs a
// delivery; `cluster`: several workers on PostgreSQL; `hosts`: a herd to many hosts there; `resting`: ten million
// reminders there.
interface Measurement {
  /** Measures and prints; resolves with whether all is as it should be. */
  measure(): Promise<boolean>;
}

const MEASUREMENTS: Readonly<Record<string, () => Promise<Measurement>>> = {
  figures: () => import("./figures.ts"),
  million: () => import("./million/million.ts"),
  soak: () => import("./soak/soak.ts"),
  costs: () => import("./costs/costs.ts"),
  cluster: () => import("./cluster/cluster.ts"),
  hosts: () => import("./hosts/hosts.ts"),
  resting: () => import("./cluster/resting.ts"),
};

const [, , name = "figures"] = process.argv;
const load = MEASUREMENTS[name];
if (load) {
  process.exitCode = (await (await load()).measure()) ? 0 : 1;
} else {
  console.error(`Cannot measure "${name}": there are ${Object.keys(MEASUREMENTS).join(", ")}`);
  process.exitCode = 2;
}
