import { flushCompileCache } from "node:module";
import { VERSION } from "../config/version.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import type { Partition } from "../domain/partition.ts";
import { ROLES, type Role } from "../domain/worker.ts";
import { listen } from "../embed/listen.ts";
import type { Listening } from "../http/server.ts";
import { type Announcer, createLogAnnouncer, createPrinter } from "./announcer.ts";
import { endOnCrash } from "./crash.ts";
import { heardSignal } from "./ending.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, type InstallationOptions, openInstallation } from "./installation.ts";

/** Calls and attempts have ten seconds to end, the store as long to take their outcomes. */
const ENDS_WITHIN_MS = 25_000;

export interface ServeOptions {
  env: Environment;
  output: RoleOutput;
  roles?: readonly Role[];
  partition?: Partition | undefined;
  /** What differs from the defaults, for tests: no setting opens it. */
  tuning?: InstallationOptions["tuning"];
}

/**
 * Runs some roles, or all, in this process until SIGINT, SIGTERM or SIGHUP. A database that cannot be
 * reached is waited for.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export async function serveRoles(options: ServeOptions): Promise<void> {
  const { output, roles = ROLES } = options;
  // One that comes during the start ends it: at once while the database is waited for, else once it has started.
  const heard = heardSignal(process, { isPassedOn: options.env.npm_lifecycle_event !== undefined });
  const onInbox = (entry: InboxEntry): void => announcer.inbox(entry);
  const waiting = new AbortController();
  void heard.then(() => waiting.abort());
  const opening = openInstallation({ ...installationOptions(options), onInbox, giveUp: waiting.signal });
  const installation = await Promise.race([opening, heard.then(() => null)]);
  if (installation === null) return endWhileOpening(opening);
  endOnCrash(installation.log, process);
  const announcer = createAnnouncer(installation, output);
  // Before anything else can go wrong.
  announcer.key(installation.credentials.adminKey);
  installation.telling.metrics?.watchProcess();
  const server = await listenOrClose(installation, roles);
  keepCompiled();
  void heard.then(() => endInTime(installation));
  const { store, place } = installation;
  if (await startEngine(installation, server))
    announcer.ready({ version: VERSION, url: server.url, store: store.name, place, roles });
  announcer.stopping(await heard);
  try {
    await Promise.all([server.close(), installation.engine.stop()]);
  } finally {
    await installation.close();
  }
}

function installationOptions({ env, roles = ROLES, partition, tuning }: ServeOptions): InstallationOptions {
  const waitsMs = Number.POSITIVE_INFINITY;
  return { env, hasMetrics: true, roles, partition, waitsMs, ...(tuning ? { tuning } : {}) };
}

/** Nothing was begun: what has been opened meanwhile is closed, and what cannot be is left to the system. */
async function endWhileOpening(opening: Promise<Installation>): Promise<void> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, 1_000, null).unref());
  const installation = await Promise.race([opening.catch(() => null), late]);
  await installation?.close();
  process.exit(0);
}

/** Whatever holds it up, it ends; what is not recorded then is found in doubt by the next start. */
function endInTime({ log }: Installation): void {
  const tooLate = setTimeout(() => {
    log.fatal({ withinMs: ENDS_WITHIN_MS }, "Cannot end gracefully: it took too long");
    process.exit(1);
  }, ENDS_WITHIN_MS);
  // By itself it is no reason to wait.
  tooLate.unref();
}

/**
 * Node keeps what it has made of the sources when it ends, but a server's end may be a kill, and whatever takes
 * its place then is to start as fast as it can. All that a role needs is loaded by now, and nothing is sent yet;
 * a call that comes in this moment waits for the files, 0.15 s at the very first start.
 */
function keepCompiled(): void {
  flushCompileCache();
}

async function listenOrClose(installation: Installation, roles: readonly Role[]): Promise<Listening> {
  const { host, port } = installation.settings;
  const names = { host: "BELFRY_HOST", port: "BELFRY_PORT" };
  try {
    return await listen(installation, { host, port, names }, roles.includes("api") ? "api" : "health");
  } catch (error) {
    await installation.close();
    throw error;
  }
}

/** A server that takes reminders and sends none would be worse than none. False if it was told to end while it waited. */
async function startEngine(installation: Installation, server: Listening): Promise<boolean> {
  try {
    await installation.start();
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return false;
    await server.close(0);
    await installation.close();
    throw error;
  }
}

function createAnnouncer({ settings, log }: Installation, output: RoleOutput): Announcer {
  if (settings.logFormat !== "json") return createPrinter(output);
  return createLogAnnouncer(log, process.stdout.isTTY ? output : null);
}
