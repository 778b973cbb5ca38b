// Belfry beside its peers: `npm run bench:peers`. See docs/performance.md.
import { parseArgs } from "node:util";
import { measure } from "./measure.ts";
import { readScale } from "./scale.ts";

const USAGE = `npm run bench:peers -- [--workloads=herd,accept] [--contenders=belfry,pg-boss]
ROUNDS, HERD, STEADY_SECONDS, ACCEPTED, FAR and RECOVER_WITHIN_MS in the environment change how much is measured.`;

try {
  const { values } = parseArgs({
    options: { workloads: { type: "string" }, contenders: { type: "string" } },
  });
  const chosen = (list: string | undefined): string[] | null => list?.split(",") ?? null;
  const plan = { workloads: chosen(values.workloads), contenders: chosen(values.contenders) };
  process.exitCode = (await measure(plan, readScale(process.env))) ? 0 : 1;
} catch (error) {
  console.error(error);
  console.error(USAGE);
  // What has been started does not end by itself.
  process.exit(2);
}
