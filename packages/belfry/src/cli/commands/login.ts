import { Command } from "commander";
import { ApiError, UnreachableError } from "../../client/api-error.ts";
import { KEY_FORM, parseKey, parseServerUrl, SERVER_URL_FORM } from "../../config/parsers.ts";
import { isServerName, SERVER_NAME_FORM, type ServerList } from "../../config/server-list.ts";
import { patientFetch } from "../connection.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES, usageFailure } from "../exit-code.ts";
import { type CurrentKey, identifyKey, identityText } from "../key-identity.ts";
import { readSecret } from "../secret-input.ts";
import { isLoopback } from "../server-address.ts";
import { changeServerList, remarkEnvironment, serverListPath } from "../stored-servers.ts";
import { unreachableFailure } from "../unreachable.ts";

const DEFAULT_NAME = "default";

const AFTER_HELP = `
Asks for the key, which is not shown as it is typed, or reads it from a pipe. The key is tried first; if
the server takes it, URL and key are stored for you alone in ~/.config/belfry/config.json (below
XDG_CONFIG_HOME if that is set, on Windows below %APPDATA%), and other commands use them from then on. A
stored key is sent to its own URL and to no other.

Examples:
  belfry login https://belfry.example.com
  belfry login https://belfry.example.com --name work
  belfry login http://127.0.0.1:8080 --key-stdin < data/admin.key`;

interface LoginOptions {
  name: string;
  keyStdin?: boolean;
  insecure?: boolean;
}

/** \`belfry login\`: stores a server with its key, and makes it the current one. */
export function loginCommand(context: CliContext): Command {
  return new Command("login")
    .description("store a server and its key, and use them from now on")
    .argument("<url>", "the address of the server: https://belfry.example.com")
    .option("--name <name>", "what to call it", DEFAULT_NAME)
    .option("--key-stdin", "read the key from standard input, even from a terminal")
    .option("--insecure", "allow http to another machine: whoever is on the way can read the key")
    .addHelpText("after", AFTER_HELP)
    .action((url: string, options: LoginOptions) => login(url, options, context));
}

async function login(text: string, options: LoginOptions, context: CliContext): Promise<void> {
  const url = addressOf(text, options);
  const { name } = options;
  if (!isServerName(name)) throw usageFailure(`--name "${name}" is no name; allowed: ${SERVER_NAME_FORM}`);
  // What would fail at the end shall fail before anyone types a key.
  const path = serverListPath(context);
  const key = await askKey(url, options, context);
  const current = await tryKey(url, key);
  await changeServerList(context, (list) => ({
    current: name,
    servers: new Map([...withoutOther(list, name, url).servers, [name, { url, key }]]),
  }));
  const { output } = context;
  output.print(`Logged in to ${url}${current ? ` as ${identityText(current)}` : ""}.`);
  output.print(`Stored as "${name}" in ${path}; commands use it from now on.`);
  remarkEnvironment(context);
}

function addressOf(text: string, { insecure }: LoginOptions): string {
  const parsed = parseServerUrl(text);
  if (!parsed.ok)
    throw usageFailure(`"${text}" is no address: ${parsed.reason}; allowed: ${SERVER_URL_FORM}`);
  if (parsed.value.startsWith("https:") || isLoopback(parsed.value) || insecure) return parsed.value;
  throw usageFailure(
    `${parsed.value} is not encrypted, so whoever is on the way can read the key; use https, or add --insecure`,
  );
}

/** A name stands for one server: another one under it would take the place of a key unasked. */
function withoutOther(list: ServerList, name: string, url: string): ServerList {
  const stored = list.servers.get(name);
  if (!stored || stored.url === url) return list;
  throw usageFailure(
    `"${name}" is ${stored.url} already; give another --name, or take that away first: belfry logout ${name}`,
  );
}

async function askKey(url: string, { keyStdin = false }: LoginOptions, context: CliContext): Promise<string> {
  const key = await readSecret({ question: `Key of ${url}: `, isPiped: keyStdin }, context);
  if (key === "") throw usageFailure("no key was given; type it at a terminal, or pipe it in");
  const parsed = parseKey(key);
  if (parsed.ok) return parsed.value;
  throw usageFailure(`this is no key: ${parsed.reason}; allowed: ${KEY_FORM}`);
}

async function tryKey(url: string, key: string): Promise<CurrentKey | null> {
  const { createClient } = await import("../../client/client.ts");
  try {
    return await identifyKey(createClient({ url, key, fetch: patientFetch }));
  } catch (error) {
    if (error instanceof UnreachableError) throw unreachableFailure({ url, source: "as given" }, error.cause);
    if (error instanceof ApiError && error.status === 401)
      throw new CommandFailure(
        EXIT_CODES.failed,
        `the server at ${url} refused this key; nothing was stored`,
      );
    throw error;
  }
}
