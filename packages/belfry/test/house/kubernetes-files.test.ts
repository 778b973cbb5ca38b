import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { findSettingProblems } from "../../src/config/settings.ts";
import { drainSeconds } from "./drain-seconds.ts";
import {
  KUBERNETES,
  manifestPaths,
  parseManifests,
  podsOf,
  readKustomizations,
  readManifests,
} from "./kubernetes-manifests.ts";
import { faultsOfFields, faultsOfSchema } from "./kubernetes-schemas.ts";
import { faultsOfPod } from "./pod-faults.ts";
import { ROOT } from "./source-files.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const EXAMPLE = "secrets.example.yaml";

const { version } = JSON.parse(read("packages/belfry/package.json")) as { version: string };
const manifests = readManifests();
const pods = podsOf(manifests);

describe("deploy/kubernetes", () => {
  test("the schemas of Kubernetes say nothing against the manifests, and know every field", () => {
    expect(manifests.length).toBeGreaterThan(10);
    expect(faultsOfSchema(manifests)).toEqual([]);
    expect(faultsOfFields(manifests)).toEqual([]);
  });

  test("a manifest that is broken is found out", () => {
    const [broken] = parseManifests(
      read(`${KUBERNETES}/worker.yaml`).replace("replicas: 3", "replicas: three"),
    );
    const [misspelt] = parseManifests(
      read(`${KUBERNETES}/worker.yaml`).replace("livenessProbe", "liveProbe"),
    );
    if (!broken || !misspelt) throw new Error("Cannot break the worker: it is not there");
    expect(faultsOfSchema([broken])).toEqual([expect.stringContaining("spec/replicas must be integer")]);
    expect(faultsOfSchema([{ ...broken, kind: "Deploy" }])).toEqual([
      expect.stringContaining("apps/v1 Deploy"),
    ]);
    expect(faultsOfFields([misspelt])).toEqual([expect.stringContaining("'\"liveProbe\"' does not exist")]);
  });

  test.each(pods)("$of is run as it should be", (pod) => {
    expect(faultsOfPod(pod, drainSeconds())).toEqual([]);
  });

  test("a pod that is run carelessly is found out", () => {
    const container = { name: "belfry", livenessProbe: { httpGet: { path: "/readyz", port: 8080 } } };
    const lifecycle = { preStop: { exec: { command: ["sleep", "10"] } } };
    const spec = { containers: [], automountServiceAccountToken: false, terminationGracePeriodSeconds: 35 };
    const careless = { of: "Deployment x", labels: {}, spec, container: { ...container, lifecycle } };
    expect(faultsOfPod(careless, 25)).toEqual(
      [
        "spec.enableServiceLinks is undefined",
        "spec.securityContext.runAsNonRoot is undefined",
        "spec.securityContext.seccompProfile.type is undefined",
        "container.securityContext.allowPrivilegeEscalation is undefined",
        "container.securityContext.readOnlyRootFilesystem is undefined",
        "container.securityContext.capabilities.drop.0 is undefined",
        "it runs as root",
        "it is killed after 25 s, and may take 25",
        "a request of CPU or memory is missing, or the limit of memory",
        "its startupProbe asks undefined and not /healthz",
        "its livenessProbe asks /readyz and not /healthz",
        "its readinessProbe asks undefined and not /readyz",
      ].map((fault) => `Deployment x: ${fault}`),
    );
  });

  test("what chooses pods by their labels chooses the pods that its name says", () => {
    const chosen = manifests.flatMap(({ kind, metadata, spec }) =>
      labelsIn(spec).map((labels) => [
        `${kind} ${metadata.name}`,
        pods.filter((pod) => isChosen(pod.labels, labels)).map(({ of }) => of),
      ]),
    );
    const all = pods.map(({ of }) => of);
    for (const [by, of] of chosen)
      expect([by, of]).toEqual([by, by === "NetworkPolicy belfry-metrics" ? all : [ownOf(String(by))]]);
    expect(chosen.length).toBeGreaterThan(10);
  });

  test("every manifest but the example is of one kustomization, and what each names is there", () => {
    const named = readKustomizations().flatMap(({ folder, resources, components }) =>
      [...resources, ...components].map((path) => join(folder, path)),
    );
    expect(named.filter((path) => !existsSync(join(ROOT, KUBERNETES, path)))).toEqual([]);
    const files = named.filter((path) => path.endsWith(".yaml"));
    const expected = manifestPaths().filter((path) => !/kustomization\.yaml$|example/.test(path));
    expect(files.sort()).toEqual(expected.sort());
  });

  test("what starts pods takes the image from the one place that names it", () => {
    const { images } = parse(read(`${KUBERNETES}/image/kustomization.yaml`)) as { images?: unknown };
    expect(images).toEqual([
      { name: "belfry", newName: expect.stringMatching(/\/belfry$/), newTag: version },
    ]);
    expect(pods.map(({ container }) => container.image)).toEqual(pods.map(() => `belfry:${version}`));
    const without = readKustomizations().filter(({ folder, components }) => {
      return !["base", "image"].includes(folder) && !components.some((path) => path.endsWith("image"));
    });
    expect(without).toEqual([]);
  });

  test("the pods' settings are there, and those of the example start nothing", () => {
    const asked = pods.flatMap(({ container }) =>
      (container.envFrom ?? []).map((from) => from.configMapRef?.name ?? `secret ${from.secretRef?.name}`),
    );
    const config = manifests.filter(({ kind }) => kind === "ConfigMap");
    const secrets = parseManifests(read(`${KUBERNETES}/${EXAMPLE}`));
    const there = [
      ...config.map(({ metadata }) => metadata.name),
      ...secrets.map(({ metadata }) => `secret ${metadata.name}`),
    ];
    expect([...new Set(asked)].filter((name) => !there.includes(name))).toEqual([]);
    expect(config.flatMap(({ data }) => findSettingProblems(data ?? {}))).toEqual([]);
    const fake = secrets.find(({ metadata }) => metadata.name === "belfry")?.stringData ?? {};
    const { BELFRY_DATABASE_URL: _, ...others } = fake;
    const refused = findSettingProblems(others);
    expect(refused).toEqual([expect.stringContaining("_ADMIN_KEY"), expect.stringContaining("_SECRETS")]);
  });

  test("a pass is made each minute, one at a time", () => {
    const [cron] = manifests.filter(({ kind }) => kind === "CronJob");
    expect(cron?.spec).toMatchObject({ schedule: "* * * * *", concurrencyPolicy: "Forbid" });
  });
});

/** Every `matchLabels`, and a Service's selector. */
function labelsIn(spec: unknown): Record<string, string>[] {
  if (typeof spec !== "object" || spec === null) return [];
  return Object.entries(spec).flatMap(([key, value]) => {
    if (key === "namespaceSelector") return [];
    const isChoice = key === "matchLabels" || (key === "selector" && !("matchLabels" in value));
    return isChoice ? [value as Record<string, string>] : labelsIn(value);
  });
}

function isChosen(labels: Record<string, string>, wanted: Record<string, string>): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** The Service is named after the whole. */
function ownOf(by: string): string {
  const [, name = ""] = by.split(" ");
  return `Deployment ${name === "belfry" ? "belfry-api" : name}`;
}
