import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { CronJob } from "kubernetes-models/batch/v1/CronJob";
import { Job } from "kubernetes-models/batch/v1/Job";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Namespace } from "kubernetes-models/v1/Namespace";
import { Secret } from "kubernetes-models/v1/Secret";
import { Service } from "kubernetes-models/v1/Service";
import type { Manifest } from "./kubernetes-manifests.ts";
import { ROOT } from "./source-files.ts";

const MODELS = [
  ConfigMap,
  CronJob,
  Deployment,
  Job,
  Namespace,
  NetworkPolicy,
  PodDisruptionBudget,
  Secret,
  Service,
];

const COMPILER_OPTIONS = { strict: true, noEmit: true, module: "nodenext", skipLibCheck: true, types: [] };

/** What the JSON schemas of Kubernetes say against the manifests, a line each. Unknown fields pass them. */
export function faultsOfSchema(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const Model = MODELS.find(
      ({ apiVersion, kind }) => apiVersion === manifest.apiVersion && kind === manifest.kind,
    );
    if (!Model) return [`${nameOf(manifest)}: there is no ${manifest.apiVersion} ${manifest.kind}`];
    try {
      // Whether it has the type of its model is what is being asked.
      new Model(manifest as never).validate();
      return [];
    } catch (error) {
      return [`${nameOf(manifest)}: ${String(error)}`];
    }
  });
}

/**
 * What the types that are made from the same schemas say against the manifests. They know every field, so
 * that a misspelt one is found, which a cluster would refuse and the schemas let pass; the first of each.
 */
export function faultsOfFields(manifests: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "belfry-manifests-"));
  try {
    symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const files = manifests.map((manifest) => `${nameOf(manifest)}.ts`);
    for (const [index, manifest] of manifests.entries())
      writeFileSync(join(folder, files[index] ?? ""), sourceOf(manifest));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files }),
    );
    const { stdout, status } = spawnSync(join(ROOT, "node_modules/.bin/tsc"), ["--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    const faults = stdout.split("\n").filter((line) => line !== "");
    return status !== 0 && faults.length === 0 ? ["the compiler did not run"] : faults;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sourceOf(manifest: Manifest): string {
  const { apiVersion, kind } = manifest;
  const model = `kubernetes-models/${apiVersion}/${kind}`;
  return `import type { I${kind} } from "${model}";\nexport const it: I${kind} = ${JSON.stringify(manifest)};\n`;
}

function nameOf({ kind, metadata }: Manifest): string {
  return `${kind}-${metadata.name}`;
}
