import type { Pod } from "./kubernetes-manifests.ts";

/** Ends by itself; nobody asks it how it is. */
const ENDS_BY_ITSELF = ["Job", "CronJob"];

/** The least that a pod takes of the restricted Pod Security Standard, and of Belfry's own. */
const POD = {
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
};
const CONTAINER = {
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  },
};
const PROBES = { startupProbe: "/healthz", livenessProbe: "/healthz", readinessProbe: "/readyz" } as const;

/** What is wrong with how a pod is run, a line each. */
export function faultsOfPod(pod: Pod, drainSeconds: number): string[] {
  const faults = [
    ...missing(POD, pod.spec, "spec"),
    ...missing(CONTAINER, pod.container, "container"),
    ...faultsOfUser(pod),
    ...faultsOfGrace(pod, drainSeconds),
    ...faultsOfResources(pod),
    ...(ENDS_BY_ITSELF.includes(pod.of.split(" ")[0] ?? "") ? [] : faultsOfProbes(pod)),
  ];
  return faults.map((fault) => `${pod.of}: ${fault}`);
}

/** The leaves of `wanted` that `given` has not, as paths. */
function missing(wanted: unknown, given: unknown, path: string): string[] {
  if (typeof wanted !== "object" || wanted === null)
    return wanted === given ? [] : [`${path} is ${JSON.stringify(given)}`];
  return Object.entries(wanted).flatMap(([key, value]) => {
    const below = (given as Record<string, unknown> | undefined)?.[key];
    return missing(value, below, `${path}.${key}`);
  });
}

function faultsOfUser({ spec, container }: Pod): string[] {
  const users = [spec.securityContext?.runAsUser ?? 0, container.securityContext?.runAsUser ?? 1];
  return users.includes(0) ? ["it runs as root"] : [];
}

/** A preStop hook takes its time out of the same grace. */
function faultsOfGrace({ spec, container }: Pod, drainSeconds: number): string[] {
  const [command, seconds] = container.lifecycle?.preStop?.exec?.command ?? ["sleep", "0"];
  if (command !== "sleep") return [`nobody knows how long ${command} takes`];
  const left = (spec.terminationGracePeriodSeconds ?? 30) - Number(seconds);
  return left > drainSeconds ? [] : [`it is killed after ${left} s, and may take ${drainSeconds}`];
}

function faultsOfResources({ container: { resources } }: Pod): string[] {
  const given = [resources?.requests?.cpu, resources?.requests?.memory, resources?.limits?.memory];
  return given.includes(undefined) ? ["a request of CPU or memory is missing, or the limit of memory"] : [];
}

function faultsOfProbes({ container }: Pod): string[] {
  const names = (container.ports ?? []).map(({ name }) => name);
  return Object.entries(PROBES).flatMap(([probe, path]) => {
    const asked = container[probe as keyof typeof PROBES]?.httpGet;
    if (asked?.path !== path) return [`its ${probe} asks ${asked?.path} and not ${path}`];
    return names.includes(String(asked.port)) ? [] : [`its ${probe} asks port ${asked.port}`];
  });
}
