import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../house/source-files.ts";
import { type Consumer, installPackage, runProgram } from "./built-package.ts";

/** What a user writes; it must end by itself. */
const PROGRAM = `
import { createBelfry } from "belfry";
import { createClient, UnreachableError } from "belfry/client";
import { VirtualClock } from "belfry/testing";

const rung = Promise.withResolvers();
const belfry = await createBelfry({ folder: "data", channels: { log: async (message) => rung.resolve(message) } });
await belfry.start();
await belfry.remind({ schedule: { in: "PT0.2S" }, to: { channel: "log" }, message: "Stretch" });
console.log((await rung.promise).content.text);
await belfry.stop();

const clock = new VirtualClock(Date.parse("2026-01-01T00:00:00Z"));
await using rehearsal = await createBelfry({ folder: ":memory:", clock });
await rehearsal.start();
await rehearsal.remind({ schedule: { in: "PT23H" }, to: { channel: "inbox" }, message: "Tomorrow" });
await clock.advance(86_400_000);
console.log((await rehearsal.inbox.list()).items[0].receivedAt);

const nowhere = createClient({ url: "http://127.0.0.1:1", key: "k".repeat(32) });
console.log(await nowhere.inbox.list().catch((error) => error instanceof UnreachableError));
`;

const TSCONFIG = {
  compilerOptions: {
    module: "nodenext",
    target: "es2024",
    lib: ["esnext"],
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  },
};

let consumer: Consumer;

beforeAll(async () => {
  consumer = await installPackage();
  await writeFile(join(consumer.folder, "package.json"), '{ "private": true, "type": "module" }');
}, 120_000);

afterAll(async () => {
  await consumer?.[Symbol.asyncDispose]();
});

describe("the package", () => {
  test("holds what is run, its types and its papers, and nothing of the workshop", async () => {
    const paths = await readdir(consumer.installed, { recursive: true });
    const top = new Set(paths.map((path) => path.split("/")[0]));
    expect([...top].sort()).toEqual(["LICENSE", "README.md", "bin", "dist", "package.json"]);
    const files = paths.filter((path) => path.includes("."));
    expect(files.filter((path) => /\.test\.|-fixture\.|\/contract\/|\/test\//.test(path))).toEqual([]);
    expect(files.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    const licence = await readFile(join(consumer.installed, "LICENSE"), "utf8");
    expect(licence).toBe(await readFile(join(ROOT, "LICENSE"), "utf8"));
  });

  test("has a manifest in which publint finds nothing wrong", async () => {
    const { messages } = await publint({ pkgDir: consumer.installed, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test("runs the engine, the client and the clock in a user's own program", async () => {
    await writeFile(join(consumer.folder, "program.mjs"), PROGRAM);
    const { code, out, err } = await runProgram(["node", "program.mjs"], consumer);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out.split("\n")).toEqual(["Stretch", "2026-01-01T23:00:00Z", "true", ""]);
  });

  test("has types with which every program of the guides compiles, and a wrong one does not", async () => {
    const folder = join(consumer.folder, "typed");
    await mkdir(folder);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
    const guides = ["docs/guides/embedding.md", "docs/guides/client.md", "packages/belfry/README.md"];
    const programs = await Promise.all(guides.map((guide) => programsOf(guide)));
    for (const [index, program] of programs.flat().entries())
      await writeFile(join(folder, `guide-${index}.ts`), program);
    await writeFile(
      join(folder, "wrong.ts"),
      'import { createBelfry } from "belfry";\nawait createBelfry({ channels: { log: async () => 5 } });\n',
    );
    const { out } = await runProgram(["tsc", "-p", "."], { folder });
    const errors = out.split("\n").filter((line) => /^\S/.test(line));
    expect(errors).toEqual([expect.stringMatching(/^wrong\.ts\(2,\d+\): error TS2322: /)]);
  }, 60_000);

  test("has a `belfry` that runs from where npm links it", async () => {
    const linked = join(consumer.folder, "node_modules/.bin/belfry");
    await mkdir(join(linked, ".."));
    await symlink("../belfry/bin/belfry.js", linked);
    const { version } = JSON.parse(await readFile(join(consumer.installed, "package.json"), "utf8"));
    const env = { BELFRY_DATA: join(consumer.folder, "server-data") };
    const ran = await Promise.all(
      ["--version", "--help", "tick"].map((argument) => runProgram([linked, argument], { ...consumer, env })),
    );
    expect(ran.map(({ code, err }) => ({ code, err }))).toEqual(Array(3).fill({ code: 0, err: "" }));
    const [told, help, tick] = ran.map(({ out }) => out);
    expect(told).toBe(`${version}\n`);
    expect(help).toContain("Usage: belfry");
    expect(tick).toBe("0 promoted, 0 sent or settled\n");
  });
});

/** The TypeScript of a page; each block is a program of its own. */
async function programsOf(page: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), "utf8");
  const programs = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map((match) => match[1] ?? "");
  expect([page, programs.length]).not.toEqual([page, 0]);
  return programs;
}
