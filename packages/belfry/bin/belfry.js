#!/usr/bin/env node
// The launcher: finds a Node that can run Belfry, then loads it. It must itself run on any Node there
// is, so it imports nothing of Belfry before it has looked.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import nodeModule from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const OLDEST = [24, 15];

/** Where npm puts the Node that the checkout pins. */
const PINNED_NODE = fileURLToPath(new URL("../../../node_modules/.bin/node", import.meta.url));

/** The checkout runs its sources; the published package has none, since Node runs no TypeScript below node_modules. */
const IS_CHECKOUT = existsSync(new URL("../src", import.meta.url));

/**
 * MiB of a server's young generation. By itself Node 24 lets it grow to twice 64 in a burst and keeps that, most of
 * what the process then takes; half of it or less costs no speed that could be measured.
 */
const YOUNG_MIB = { start: 16, api: 16, scheduler: 8, worker: 8 };

/**
 * Heaps of the C library for a server; only glibc reads it. It would have eight for each core, and what a thread of
 * Node's has freed would stay in its own: 9 MB of a worker's peak. The threads ask for memory too seldom to wait for
 * each other.
 */
const ARENAS = "1";

/**
 * Bytes of freed memory that a worker's C library keeps, its own default: unless that is named, it keeps the more, the
 * larger the blocks that it has seen, another 8 MB. A process that takes batches needs such blocks again and again,
 * and would wait for the system to give them anew.
 */
const KEPT_BY_WORKER = "131072";

/**
 * Calls before V8 makes its fastest code of a function, ten times its own number: a thread beside the worker's own
 * makes it, and a young worker in a herd has no CPU to spare. A Node that does not know the flag goes on without.
 */
const CALLS_TO_OPTIMIZE = 30_000;

/** Loads one of Belfry's own files, named without its ending: `cli/main`. */
function load(name) {
  return import(new URL(IS_CHECKOUT ? `../src/${name}.ts` : `../dist/${name}.js`, import.meta.url).href);
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function hasPinnedNode() {
  return existsSync(PINNED_NODE) && realpathSync(PINNED_NODE) !== realpathSync(process.execPath);
}

/**
 * Whether the terminal sends Ctrl-C to this process and its child alike: to all of the group in its foreground,
 * wherever their input comes from. See proc_pid_stat(5): the group is the 5th field, that of the terminal the 8th.
 */
function isOfForeground() {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return group === foreground;
  } catch {
    return process.stdin.isTTY === true;
  }
}

/** What Node is to be told besides; nothing where its caller has told it so already, with either kind of dash. */
function heapArguments() {
  const mib = YOUNG_MIB[process.argv[2]];
  const told = [...process.execArgv, process.env.NODE_OPTIONS ?? ""];
  const isTold = told.some((options) => options.replaceAll("_", "-").includes("semi-space-size"));
  return mib === undefined || isTold ? [] : [`--max-semi-space-size=${mib}`];
}

/** The environment of a server; its caller's own wishes go first. */
function serverEnvironment() {
  const ofWorker = process.argv[2] === "worker" ? { MALLOC_TRIM_THRESHOLD_: KEPT_BY_WORKER } : {};
  return { MALLOC_ARENA_MAX: ARENAS, ...ofWorker, ...process.env };
}

/**
 * The same process begins anew with other arguments, since Node does not take them later. It goes on as it is where
 * that cannot be: on Windows, with a parent that talks to it, and where it may start nothing.
 */
function beginAnewWith(execArguments) {
  if (process.platform === "win32" || process.connected || process.permission) return;
  const args = [process.execPath, ...process.execArgv, ...execArguments, ...process.argv.slice(1)];
  try {
    process.execve(process.execPath, args, serverEnvironment());
  } catch {
    // Less memory is worth no failed start.
  }
}

/** For a worker alone, and not where its caller has said how to optimize. */
function optimizeLater() {
  if (process.argv[2] !== "worker" || process.execArgv.some((option) => option.includes("turbofan"))) return;
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS_TO_OPTIMIZE}`);
}

/** Goes on as the same command under the checkout's Node. */
function runPinnedNode() {
  const execArguments = heapArguments();
  const args = [...process.execArgv, ...execArguments, ...process.argv.slice(1)];
  const env = execArguments.length > 0 ? serverEnvironment() : process.env;
  const child = spawn(PINNED_NODE, args, { env, stdio: "inherit" });
  const forward = (signal) => child.kill(signal);
  process.on("SIGTERM", forward);
  process.on("SIGHUP", forward);
  // A second one would tell the child to drop everything.
  process.on("SIGINT", (signal) => isOfForeground() || forward(signal));
  child.on("error", (error) => refuse(`the checkout's own Node does not run: ${error.message}`));
  child.on("exit", (code, signal) => {
    // As shells say that a signal ended a command.
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function refuse(reason) {
  process.stderr.write(`Cannot start: ${reason}\n`);
  process.exitCode = 2;
}

/** What could not be written, if that is a fault. A reader that has seen enough (`| head`) is none. */
let lost = null;

/** Nothing that befalls its output may end a server: its log may lie on a disk that is full. */
function outlive(stream) {
  stream.on("error", (error) => {
    if (error.code !== "EPIPE") lost ??= error;
  });
}

/** A server goes on without what was lost of its log; a command that has lost its results has failed. */
async function serve(role) {
  await role;
  lost = null;
}

/** Only at the very end is it known that all was written. */
function tellLoss() {
  if (!lost || process.exitCode !== 0) return;
  process.stderr.write(`Cannot write the output: ${lost.message}\n`);
  process.exitCode = 1;
}

async function run() {
  const execArguments = heapArguments();
  if (execArguments.length > 0) beginAnewWith(execArguments);
  optimizeLater();
  // Keeps what Node makes of the sources, so that the next start need not.
  nodeModule.enableCompileCache();
  outlive(process.stdout);
  outlive(process.stderr);
  const { runCli } = await load("cli/main");
  process.once("exit", tellLoss);
  process.exitCode = await runCli({
    argv: process.argv.slice(2),
    env: process.env,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns,
    roles: {
      start: async (...args) => serve((await load("roles/start")).runStart(...args)),
      tick: async (...args) => (await load("roles/tick")).runTick(...args),
      api: async (...args) => serve((await load("roles/api")).runApi(...args)),
      scheduler: async (...args) => serve((await load("roles/scheduler")).runScheduler(...args)),
      worker: async (...args) => serve((await load("roles/worker")).runWorker(...args)),
      migrate: async (...args) => (await load("roles/migrate")).runMigrate(...args),
      move: async (...args) => (await load("roles/move")).runMove(...args),
      simulate: async (...args) => (await load("roles/simulate")).runSimulation(...args),
      inspect: async (...args) => (await load("roles/inspect")).runInspect(...args),
    },
  });
}

if (isNewEnough(process.versions.node)) await run();
else if (hasPinnedNode()) runPinnedNode();
else refuse(`Belfry needs Node 24.15 or newer, this is ${process.versions.node}`);
