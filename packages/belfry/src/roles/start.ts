import { VERSION } from "../config/version.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { listen } from "../embed/listen.ts";
import type { Listening } from "../http/server.ts";
import { type Announcer, createLogAnnouncer, createPrinter } from "./announcer.ts";
import { endOnCrash } from "./crash.ts";
import { heardSignal } from "./ending.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, openInstallation } from "./installation.ts";

/** Calls and attempts have ten seconds to end, the store as long to take their outcomes. */
const ENDS_WITHIN_MS = 25_000;

/**
 * Everything in one process: API, scheduler and worker, until SIGINT, SIGTERM or SIGHUP.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export async function runStart(env: Environment, output: RoleOutput): Promise<void> {
  // One that comes during the start ends it once it has started.
  const heard = heardSignal(process);
  const onInbox = (entry: InboxEntry): void => announcer.inbox(entry);
  const installation = await openInstallation({ env, onInbox, hasMetrics: true });
  endOnCrash(installation.log, process);
  const announcer = createAnnouncer(installation, output);
  // Before anything else can go wrong.
  announcer.key(installation.credentials.adminKey);
  installation.telling.metrics?.watchProcess();
  const server = await listenOrClose(installation);
  await startEngine(installation, server);
  const { dataFolder } = installation.settings;
  announcer.ready({ version: VERSION, url: server.url, store: installation.store.name, dataFolder });
  announcer.stopping(await heard);
  endInTime(installation);
  try {
    await Promise.all([server.close(), installation.engine.stop()]);
  } finally {
    await installation.close();
  }
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

async function listenOrClose(installation: Installation): Promise<Listening> {
  const { host, port } = installation.settings;
  const names = { host: "BELFRY_HOST", port: "BELFRY_PORT" };
  try {
    return await listen(installation, { host, port, names });
  } catch (error) {
    await installation.close();
    throw error;
  }
}

/** A server that takes reminders and sends none would be worse than none. */
async function startEngine(installation: Installation, server: Listening): Promise<void> {
  try {
    await installation.engine.start();
  } catch (error) {
    await server.close(0);
    await installation.close();
    throw error;
  }
}

function createAnnouncer({ settings, log }: Installation, output: RoleOutput): Announcer {
  if (settings.logFormat !== "json") return createPrinter(output);
  return createLogAnnouncer(log, process.stdout.isTTY ? output : null);
}
