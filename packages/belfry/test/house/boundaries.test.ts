import { describe, expect, test } from "vitest";
import { readSources, SOURCE, type SourceFile } from "./source-files.ts";

/** What each room may import besides itself; `docs/architecture.md` draws it. A path allows one file alone. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  time: [],
  domain: ["time"],
  store: ["domain", "time"],
  channels: ["domain", "time/instant.ts"],
  content: ["domain"],
  engine: [
    "domain",
    "time",
    "content",
    "store/store.ts",
    "store/access.ts",
    "channels/channel.ts",
    "channels/registry.ts",
  ],
  simulate: ["domain", "time", "engine", "store/store.ts", "channels/channel.ts", "channels/registry.ts"],
  access: ["domain", "store/store.ts", "store/access.ts"],
  ical: ["time"],
  http: ["access", "engine", "domain", "time", "ical", "store/store.ts", "store/access.ts"],
  client: ["http/schemas"],
  config: [
    "domain",
    "time",
    "channels/webhook/secret.ts",
    "channels/webhook/allow-list.ts",
    "../package.json",
  ],
  ops: [
    "domain",
    "engine/observer.ts",
    "engine/holding.ts",
    "store/store.ts",
    "store/commit.ts",
    "http/answered.ts",
  ],
  cli: ["client", "config", "domain", "time", "ical"],
  embed: ["access", "channels", "client", "config", "domain", "engine", "http", "ops", "store", "time"],
  roles: ["channels", "config", "domain", "embed", "engine", "http", "ops", "simulate", "store", "time"],
};

const files = readSources(SOURCE);
const isTest = ({ path }: SourceFile): boolean =>
  path.endsWith(".test.ts") || /\/(contract|test)\//.test(path) || path.endsWith("-fixture.ts");

function roomOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function isAllowed(from: string, to: string): boolean {
  if (roomOf(from) === roomOf(to)) return true;
  const allowed = MAY_IMPORT[roomOf(from)] ?? [];
  return allowed.some((entry) => to === entry || to.startsWith(`${entry}/`));
}

describe("the rooms of the source", () => {
  test("are those that the layout names", () => {
    expect([...new Set(files.map((file) => roomOf(file.path)))].sort()).toEqual(
      Object.keys(MAY_IMPORT).sort(),
    );
  });

  test("import only what lies below them", () => {
    const trespasses = files
      .filter((file) => !isTest(file))
      .flatMap((file) =>
        file.imports
          .filter(({ path }) => !isAllowed(file.path, path))
          .map(({ path }) => `${file.path} -> ${path}`),
      );
    expect(trespasses).toEqual([]);
  });

  test("import each other in no circle", () => {
    const imports = new Map(
      files.map((file) => [file.path, file.imports.filter((one) => !one.isTypeOnly).map((one) => one.path)]),
    );
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) circles.push([...trail, path].join(" -> "));
      if (done.has(path) || trail.includes(path)) return;
      for (const next of imports.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of imports.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  test("the store's adapters are built by the composition roots alone", () => {
    const others = files.filter((file) => !isTest(file) && !/^(store|embed|roles)\//.test(file.path));
    const reaching = others.filter((file) =>
      file.imports.some(({ path }) => /^store\/(sqlite|postgres)\//.test(path)),
    );
    expect(reaching.map((file) => file.path)).toEqual([]);
  });

  test("only the roles read the process's environment", () => {
    const readers = files.filter((file) => !isTest(file) && file.text.includes("process.env"));
    expect(readers.filter((file) => roomOf(file.path) !== "roles").map((file) => file.path)).toEqual([]);
  });

  test("the pure rooms know no clock, no chance and no I/O", () => {
    const pure = files.filter((file) => !isTest(file) && /^(time|domain)\//.test(file.path));
    const impure =
      /Date\.now\(|new Date\(\)|Math\.random\(|from "node:(?!crypto)|process\.(?!versions)|setTimeout|setImmediate/;
    expect(pure.filter((file) => impure.test(file.text)).map((file) => file.path)).toEqual([]);
  });
});
