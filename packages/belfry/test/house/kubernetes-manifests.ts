import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { IContainer } from "kubernetes-models/v1/Container";
import type { IPodSpec } from "kubernetes-models/v1/PodSpec";
import { parse, parseAllDocuments } from "yaml";
import { ROOT } from "./source-files.ts";

export const KUBERNETES = "deploy/kubernetes";

type Labels = Record<string, string>;

/** A manifest, as far as the tests look at it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Labels };
  spec?: ManifestSpec;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

interface ManifestSpec {
  replicas?: number;
  selector?: unknown;
  podSelector?: { matchLabels?: Labels };
  template?: PodTemplate;
  jobTemplate?: { spec: { template: PodTemplate } };
}

interface PodTemplate {
  metadata: { labels: Labels };
  spec: IPodSpec;
}

/** What a manifest starts, and its name: `Deployment belfry-api`. */
export interface Pod {
  of: string;
  labels: Labels;
  spec: IPodSpec;
  container: IContainer;
}

/** A kustomization, with its folder from `deploy/kubernetes` on; empty for that folder itself. */
export interface Kustomization {
  folder: string;
  resources: string[];
  components: string[];
}

/** Every YAML file below the folder, as paths from it on. */
export function manifestPaths(): string[] {
  return readdirSync(join(ROOT, KUBERNETES), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".yaml"))
    .sort();
}

/** Every manifest, that of the example included. */
export function readManifests(): Manifest[] {
  return manifestPaths()
    .filter((path) => !path.endsWith("kustomization.yaml"))
    .flatMap((path) => parseManifests(read(path)));
}

/** @throws an error of the parser if one of the documents is no YAML */
export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    for (const error of document.errors) throw error;
    return document.toJS() as Manifest;
  });
}

export function readKustomizations(): Kustomization[] {
  return manifestPaths()
    .filter((path) => path.endsWith("kustomization.yaml"))
    .map((path) => {
      const { resources = [], components = [] } = parse(read(path)) as Partial<Kustomization>;
      return { folder: path.replace(/\/?kustomization\.yaml$/, ""), resources, components };
    });
}

/** What the manifests start. Each pod here has one container. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const template = spec?.template ?? spec?.jobTemplate?.spec.template;
    const [container] = template?.spec.containers ?? [];
    if (!template || !container) return [];
    return [
      { of: `${kind} ${metadata.name}`, labels: template.metadata.labels, spec: template.spec, container },
    ];
  });
}

function read(path: string): string {
  return readFileSync(join(ROOT, KUBERNETES, path), "utf8");
}
