import { VERSION } from "../config/version.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { createApi, listen } from "../embed/listen.ts";
import type { Listening } from "../http/server.ts";
import { type Announcer, createLogAnnouncer, createPrinter } from "./announcer.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, openInstallation } from "./installation.ts";

/**
 * Everything in one process: API, scheduler and worker, until SIGINT or SIGTERM.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export async function runStart(env: Environment, output: RoleOutput): Promise<void> {
  const onInbox = (entry: InboxEntry): void => announcer.inbox(entry);
  const installation = await openInstallation({ env, onInbox, hasMetrics: true });
  const announcer = createAnnouncer(installation, output);
  // Before anything else can go wrong.
  announcer.key(installation.credentials.adminKey);
  installation.telling.metrics?.watchProcess();
  const server = await listenOrClose(installation);
  await startEngine(installation, server);
  const { dataFolder } = installation.settings;
  announcer.ready({ version: VERSION, url: server.url, store: installation.store.name, dataFolder });
  announcer.stopping(await ended());
  await server.close();
  await installation.engine.stop();
  await installation.close();
}

async function listenOrClose(installation: Installation): Promise<Listening> {
  const { host, port } = installation.settings;
  const names = { host: "BELFRY_HOST", port: "BELFRY_PORT" };
  try {
    return await listen(createApi(installation), { host, port, names });
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

/** Resolves with the first signal to end; a second one ends at once. */
function ended(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(130));
      });
    }
  });
}
