import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findSettingProblems } from "../../src/config/settings.ts";
import { SETTINGS } from "../../src/config/table.ts";
import { faultsOfCompose, faultsOfService, readServices } from "./compose-file.ts";
import { faultsOfDockerfile, readDockerfile } from "./dockerfile.ts";
import { drainSeconds } from "./drain-seconds.ts";
import { podsOf, readManifests } from "./kubernetes-manifests.ts";
import { ROOT } from "./source-files.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const DOCKERFILE = "deploy/docker/Dockerfile";
const COMPOSE = "deploy/compose/compose.yaml";
/** What the database is chosen by, and the commands that a cluster runs. */
const OF_CLUSTERS = {
  variables: ["BELFRY_DATABASE_URL"],
  commands: ["api", "scheduler", "worker", "migrate"],
};

const manifest = JSON.parse(read("packages/belfry/package.json")) as { version: string };
const workspace = JSON.parse(read("package.json")) as { optionalDependencies: Record<string, string> };
const manifests = readManifests();
const pods = podsOf(manifests);
const services = readServices(read(COMPOSE));
const own = Object.entries(services).filter(([name]) => name !== "postgres");
const image = readDockerfile(read(DOCKERFILE));

describe("deploy/docker", () => {
  test("a linter says nothing against the Dockerfile, and something against a broken one", () => {
    expect(faultsOfDockerfile(read(DOCKERFILE))).toEqual([]);
    expect(faultsOfDockerfile("FROM a\nCOPPY b c")).toEqual(["line 2: Unknown instruction: COPPY"]);
  });

  test("every stage begins with the Node that the lock file pins", () => {
    const versions = new Set(Object.values(workspace.optionalDependencies));
    expect([...new Set(image.images)]).toEqual(
      [...versions].map((version) => `node:${version}-bookworm-slim`),
    );
  });

  test("what is copied exists, and .dockerignore lets it in and nothing else", () => {
    const [first, ...others] = read(".dockerignore").match(/^[^#\n]+$/gm) ?? [];
    expect(first).toBe("*");
    expect(others.sort()).toEqual([...new Set(image.sources)].map((path) => `!${path}`).sort());
    expect(image.sources.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("the image starts the launcher, not as root, ends on SIGTERM, and looks at its health", () => {
    expect(image.entrypoint).toEqual(["node", "/app/packages/belfry/bin/belfry.js"]);
    expect(image.last.WORKDIR).toBe("/app");
    expect(image.last.USER).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(image.last.STOPSIGNAL).toBe("SIGTERM");
    expect(image.last.HEALTHCHECK).toContain("/healthz");
    expect(image.labels["org.opencontainers.image.version"]).toBe(manifest.version);
  });
});

describe("deploy/compose", () => {
  test("the schema of Compose and a linter say nothing against it, and something against a broken one", () => {
    expect(faultsOfCompose(join(ROOT, COMPOSE))).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), "belfry-compose-"));
    const broken = join(folder, "compose.yaml");
    writeFileSync(broken, read(COMPOSE).replace("stop_grace_period", "stop_grace_perod"));
    expect(faultsOfCompose(broken)).toEqual([expect.stringContaining("must NOT have additional properties")]);
    rmSync(folder, { recursive: true });
  });

  test.each(own)("%s is run as it should be", (_, service) => {
    expect(faultsOfService(service, drainSeconds())).toEqual([]);
    expect(service.image).toBe(`belfry:${manifest.version}`);
    expect(join(ROOT, "deploy/compose", service.build?.context ?? "", service.build?.dockerfile ?? "")).toBe(
      join(ROOT, DOCKERFILE),
    );
  });

  test("one that is run carelessly is found out", () => {
    const careless = { image: "belfry", user: "0:0", stop_grace_period: "25s", healthcheck: {} };
    expect(faultsOfService(careless, 25)).toEqual([
      "its read_only is not as strict as it could be",
      "its cap_drop is not as strict as it could be",
      "its security_opt is not as strict as it could be",
      "it is killed after 25 s, and may take 25",
      "it may run as root",
      "nobody says whether it is started again",
      "its health is not looked at",
    ]);
  });

  test("the API alone can be reached, from this machine alone", () => {
    const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => `${name} ${port}`),
    );
    expect(published).toEqual([expect.stringMatching(/^api 127\.0\.0\.1:/)]);
  });

  test("the roles wait for the migration, and that for the database", () => {
    const waiting = Object.entries(services).map(([name, { depends_on }]) => [name, depends_on]);
    const migrated = { migrate: { condition: "service_completed_successfully" } };
    expect(Object.fromEntries(waiting)).toEqual({
      api: migrated,
      migrate: { postgres: { condition: "service_healthy" } },
      postgres: undefined,
      scheduler: migrated,
      worker: migrated,
    });
    expect([services.scheduler?.deploy?.replicas, services.worker?.deploy?.replicas]).toEqual([2, 3]);
  });

  test(".env.example names every variable of the file, and no other", () => {
    const asked = [...read(COMPOSE).matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? "");
    const named = [...read("deploy/compose/.env.example").matchAll(/^(\w+)=/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual([...new Set(asked)].sort());
  });
});

describe("deploy", () => {
  const files = readdirSync(join(ROOT, "deploy"), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

  test("every variable that a file names is a setting", () => {
    const known = [...Object.values(SETTINGS).map(({ env }) => env), ...OF_CLUSTERS.variables];
    const named = files.flatMap((file) => readFileSync(file, "utf8").match(/\bBELFRY_[A-Z_]+\b/g) ?? []);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
    expect(findSettingProblems(image.environment)).toEqual([]);
  });

  test("every command that is run is a command", () => {
    const documented = [...read("docs/reference/cli.md").matchAll(/^## `belfry (\w+)`$/gm)];
    const known = [...documented.map((match) => match[1]), ...OF_CLUSTERS.commands];
    const used = [
      ...own.map(([, { command }]) => command?.[0]),
      ...pods.map(({ container }) => container.args?.[0]),
      ...(JSON.parse(image.last.CMD ?? "[]") as string[]),
    ];
    expect(used.length).toBeGreaterThan(9);
    expect(used.filter((command) => !known.includes(command))).toEqual([]);
  });

  test("every image is pinned to a version", () => {
    const images = [
      ...image.images,
      ...Object.values(services).map((service) => service.image),
      ...pods.map(({ container }) => container.image ?? ""),
    ];
    expect(images.filter((name) => !/:\d+\.\d+[\w.-]*$|@sha256:[0-9a-f]{64}$/.test(name))).toEqual([]);
  });

  test("the role that owns the schema migrates, and all else is done by the other", () => {
    const roles = [...read("deploy/postgres/roles.sql").matchAll(/^CREATE ROLE (\w+) /gm)];
    expect(roles.map((match) => match[1])).toEqual(["belfry_owner", "belfry_runtime"]);
    const roleIn = (url = ""): string | undefined => /^postgres:\/\/(\w+):/.exec(url)?.[1];
    const composed = own.map(([name, { environment }]) => [name, roleIn(environment?.BELFRY_DATABASE_URL)]);
    expect(composed.filter(([name]) => name !== "migrate")).toEqual(
      ["api", "scheduler", "worker"].map((name) => [name, "belfry_runtime"]),
    );
    expect(composed).toContainEqual(["migrate", "belfry_owner"]);
    const secrets = manifests.flatMap(({ metadata, stringData }) =>
      stringData?.BELFRY_DATABASE_URL ? [[metadata.name, roleIn(stringData.BELFRY_DATABASE_URL)]] : [],
    );
    expect(secrets).toEqual([
      ["belfry", "belfry_runtime"],
      ["belfry-owner", "belfry_owner"],
    ]);
    const owning = pods.filter(({ container }) =>
      container.envFrom?.some(({ secretRef }) => secretRef?.name === "belfry-owner"),
    );
    expect(owning.map(({ of }) => of)).toEqual(["Job belfry-migrate"]);
  });

  test("deploy/README.md links every folder, and each link leads somewhere", () => {
    const links = [...read("deploy/README.md").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      (match) => match[1] ?? "",
    );
    expect(links.filter((link) => !existsSync(join(ROOT, "deploy", link)))).toEqual([]);
    const folders = readdirSync(join(ROOT, "deploy")).filter((name) => name !== "README.md");
    expect(folders.filter((folder) => !links.some((link) => link.startsWith(`${folder}/`)))).toEqual([]);
  });
});
