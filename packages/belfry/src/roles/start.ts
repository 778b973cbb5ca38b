import { VERSION } from "../config/version.ts";
import { plainText } from "../domain/content.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { createApp } from "../http/app.ts";
import { type Listening, serve } from "../http/server.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { listenError } from "./listen-error.ts";

/**
 * Everything in one process: API, scheduler and worker, until SIGINT or SIGTERM.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export async function runStart(env: Environment, output: RoleOutput): Promise<void> {
  const onInbox = (entry: InboxEntry): void => output.print(inboxLine(entry));
  const installation = await openInstallation({ env, onInbox });
  const server = await listen(installation);
  await startEngine(installation, server);
  greet(installation, server, output);
  const signal = await ended();
  output.print(`Stopping on ${signal}: what is being sent may finish.`);
  await server.close();
  await installation.engine.stop();
  await installation.close();
}

async function listen(installation: Installation): Promise<Listening> {
  const { settings, engine, store, clock, ids, tenantOf, log } = installation;
  const app = createApp({ engine, store, clock, ids, tenantOf, log, version: VERSION });
  try {
    return await serve({ app, host: settings.host, port: settings.port });
  } catch (error) {
    await installation.close();
    throw listenError(settings, error);
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

function greet({ settings, credentials, store }: Installation, server: Listening, output: RoleOutput): void {
  output.print(`Belfry ${VERSION} is ready at ${server.url} (${store.name} in ${settings.dataFolder})`);
  const { adminKey } = credentials;
  if (adminKey.source === "created") {
    output.print(`API key: ${adminKey.value}`);
    output.print(`It is shown this once and kept in ${adminKey.path}.`);
  }
  output.print('In another terminal: belfry add "Stretch" --in 10s   (npm run -s belfry -- … in a checkout)');
}

function inboxLine({ content, dueMs }: InboxEntry): string {
  const time = new Date(dueMs).toTimeString().slice(0, 8);
  return `\u{1F514} ${time} ${content.title ? `${content.title}: ` : ""}${plainText(content)}`;
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
