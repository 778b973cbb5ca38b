import { VERSION } from "../config/version.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { createApp } from "../http/app.ts";
import { type Listening, serve } from "../http/server.ts";
import type { Environment, RoleOutput } from "./environment.ts";
import { type Installation, openInstallation } from "./installation.ts";
import { listenError } from "./listen-error.ts";

/** Characters of a message in the terminal. */
const LONGEST_LINE = 300;

/**
 * Everything in one process: API, scheduler and worker, until SIGINT or SIGTERM.
 *
 * @throws SettingError, StoreError if it cannot start
 */
export async function runStart(env: Environment, output: RoleOutput): Promise<void> {
  const onInbox = (entry: InboxEntry): void => output.print(inboxLine(entry));
  const installation = await openInstallation({ env, onInbox });
  tellKey(installation, output);
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

/** Before anything else can go wrong: a new key is shown this once. */
function tellKey({ credentials: { adminKey } }: Installation, output: RoleOutput): void {
  if (adminKey.source === "created") {
    output.print(`API key: ${adminKey.value}`);
    output.print(`It is shown this once and kept in ${adminKey.path}.`);
  } else output.print(`API key: in ${adminKey.source === "file" ? adminKey.path : "BELFRY_ADMIN_KEY"}`);
}

function greet({ settings, store }: Installation, server: Listening, output: RoleOutput): void {
  output.print(`Belfry ${VERSION} is ready at ${server.url} (${store.name} in ${settings.dataFolder})`);
  output.print('In another terminal: belfry add "Stretch" --in 10s   (npm run -s belfry -- … in a checkout)');
}

function inboxLine({ content, dueMs }: InboxEntry): string {
  const time = new Date(dueMs).toTimeString().slice(0, 8);
  const parts = [content.title, content.text].filter((part) => part !== undefined);
  return `\u{1F514} ${time} ${harmless(parts.join(": ") || JSON.stringify(content))}`;
}

/** A message is another's text: it must not drive the terminal, nor look like more lines than one. */
function harmless(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line;
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
