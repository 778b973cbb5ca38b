import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { CAMPAIGN_TRANSITIONS } from "../../src/domain/campaign.ts";
import { TRANSITIONS } from "../../src/domain/delivery.ts";
import { REMINDER_TRANSITIONS } from "../../src/domain/reminder.ts";
import { OPTION_NAMES } from "../../src/embed/read-options.ts";
import { ROOT } from "./source-files.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`),
];

interface Manifest {
  scripts?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const manifest = (path: string): Manifest => JSON.parse(read(path)) as Manifest;

describe("the documents", () => {
  test.each(documents)("%s links only to what exists", (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(
      (match) => match[1] ?? "",
    );
    const broken = links.filter((link) => !existsSync(join(ROOT, dirname(document), link)));
    expect(broken).toEqual([]);
  });

  test.each(documents)("%s names only scripts that exist", (document) => {
    const scripts = manifest("package.json").scripts ?? {};
    const named = [...read(document).matchAll(/npm run ([a-z:]+)/g)].map((match) => match[1] ?? "");
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test.each([
    ["delivery", 0, TRANSITIONS],
    ["reminder", 1, REMINDER_TRANSITIONS],
    ["campaign", 2, CAMPAIGN_TRANSITIONS],
  ] as const)(
    "docs/architecture.md draws every transition of a %s, and no other",
    (_, index, transitions) => {
      const drawing = read("docs/architecture.md").split("stateDiagram-v2")[index + 1]?.split("```")[0] ?? "";
      const state = (name = ""): string => (name === "[*]" ? "none" : name);
      const drawn = [...drawing.matchAll(/^ {2}(\S+) --> (\S+): (.+)$/gm)].map(
        ([, from, to, event]) => `${state(from)} ${event} ${state(to)}`,
      );
      expect(drawn.sort()).toEqual(transitions.map(({ from, event, to }) => `${from} ${event} ${to}`).sort());
    },
  );

  test("docs/guides/embedding.md lists every option, in their order", () => {
    const options = read("docs/guides/embedding.md").split("## Options")[1]?.split("\n## ")[0] ?? "";
    const listed = [...options.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(listed).toEqual(OPTION_NAMES);
  });

  test("docs/dependencies.md gives a reason for every dependency, and for no other", () => {
    const roots = [manifest("package.json"), manifest("packages/belfry/package.json")];
    const used = roots.flatMap((root) =>
      [root.dependencies, root.devDependencies, root.optionalDependencies].flatMap((group) =>
        Object.keys(group ?? {}),
      ),
    );
    const listed = [...read("docs/dependencies.md").matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1]);
    expect(listed.sort()).toEqual([...new Set(used)].sort());
  });

  test("every dependency has an exact version", () => {
    const roots = [manifest("package.json"), manifest("packages/belfry/package.json")];
    const versions = roots.flatMap((root) =>
      [root.dependencies, root.devDependencies, root.optionalDependencies].flatMap((group) =>
        Object.values(group ?? {}),
      ),
    );
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
