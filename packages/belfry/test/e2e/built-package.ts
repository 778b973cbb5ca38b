import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const PACKAGE = join(ROOT, "packages/belfry");
/** The Node of the test first, so that `node` is the same one for every program. */
const PATH = [dirname(process.execPath), join(ROOT, "node_modules/.bin"), process.env.PATH].join(":");

/** How a program ended, and what it said. */
export interface ProgramRun {
  code: number | null;
  out: string;
  err: string;
}

/** Runs a program to its end. */
export async function runProgram(
  [command = "", ...args]: readonly string[],
  { folder, env = {} }: { folder: string; env?: Record<string, string> },
): Promise<ProgramRun> {
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code: typeof code === "number" ? code : null, out, err };
}

/** Makes dist as `npm run build` does, for programs of the checkout that import the package. */
export async function buildPackage(): Promise<void> {
  await mustRun([process.execPath, join(ROOT, "tools/build.ts")], PACKAGE);
}

/** A folder of a user's own, with the package as the registry would hand it out. */
export interface Consumer {
  folder: string;
  /** Where the package lies. */
  installed: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Packs the package, which builds it, and unpacks it where npm would install it. Beside it lie the
 * dependencies that its manifest names, and no other: links to the checkout's own, so no registry is asked.
 */
export async function installPackage(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), "belfry-consumer-"));
  const modules = join(folder, "node_modules");
  const installed = join(modules, "belfry");
  await mkdir(installed, { recursive: true });
  await mustRun(["npm", "pack", "--offline", "--pack-destination", folder], PACKAGE);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz")) ?? "";
  await mustRun(["tar", "-xzf", join(folder, tarball), "-C", installed, "--strip-components=1"], folder);
  const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
  for (const name of [...Object.keys(manifest.dependencies), "@types/node"]) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { folder, installed, [Symbol.asyncDispose]: dispose };
}

async function mustRun(command: readonly string[], folder: string): Promise<void> {
  const { code, out, err } = await runProgram(command, { folder });
  if (code !== 0) throw new Error(`Cannot run ${command.join(" ")}: it ended with ${code}\n${out}${err}`);
}
