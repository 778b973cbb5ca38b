import type { Credential } from "../config/credentials.ts";
import type { InboxEntry } from "../domain/inbox-entry.ts";
import { cutText } from "../domain/storable-text.ts";
import { ROLES, type Role } from "../domain/worker.ts";
import type { Logger } from "../ops/log.ts";
import type { RoleOutput } from "./environment.ts";

/** Characters of a message in the terminal. */
const LONGEST_LINE = 300;

/** What a start has come to. */
export interface Readiness {
  version: string;
  url: string;
  /** The kind of store, and where it is. */
  store: string;
  place: string;
  roles: readonly Role[];
}

/** Tells whoever started the server what became of it. */
export interface Announcer {
  /** A new key is shown this once. */
  key(adminKey: Credential<string>): void;
  ready(readiness: Readiness): void;
  inbox(entry: InboxEntry): void;
  stopping(signal: string): void;
}

/** Lines for people, on standard output. */
export function createPrinter({ print }: RoleOutput): Announcer {
  return {
    key: (adminKey) => {
      if (adminKey.source === "created") {
        print(`API key: ${adminKey.value}`);
        print(
          adminKey.path === ""
            ? "It is shown this once."
            : `It is shown this once and kept in ${adminKey.path}.`,
        );
      } else print(`API key: in ${whereIs(adminKey)}`);
    },
    ready: ({ version, url, store, place, roles }) => {
      const what = roles.length === ROLES.length ? "" : ` ${roles.join(" and ")}`;
      print(
        `Belfry ${version}${what} is ready at ${url} (${store} ${store === "sqlite" ? "in" : "at"} ${place})`,
      );
      if (!roles.includes("api")) return;
      print('In another terminal: belfry add "Stretch" --in 10s   (npm run -s belfry -- … in a checkout)');
    },
    inbox: (entry) => print(inboxLine(entry)),
    stopping: (signal) => print(`Stopping on ${signal}: what is being sent may finish.`),
  };
}

/**
 * Lines of the log, for programs. A message's text stays out of it, and so does a new key, since logs are
 * kept: it is printed if a person sits at a terminal, else its file is all that is told.
 *
 * @param terminal standard output if it is a terminal, else null
 */
export function createLogAnnouncer(log: Logger, terminal: RoleOutput | null): Announcer {
  return {
    key: (adminKey) => {
      const isNew = adminKey.source === "created";
      if (isNew) terminal?.print(`API key: ${adminKey.value}`);
      log.info({ in: whereIs(adminKey) }, isNew ? "API key made" : "API key found");
    },
    ready: (readiness) => log.info({ ...readiness }, "ready"),
    inbox: ({ tenantId, deliveryId, reminderId }) =>
      log.info({ tenantId, deliveryId, reminderId }, "inbox received a message"),
    stopping: (signal) => log.info({ signal }, "stopping"),
  };
}

function whereIs({ source, path }: Credential<string>): string {
  if (source === "environment") return "BELFRY_ADMIN_KEY";
  // Its hash alone: the key was shown when it was made.
  return source === "database" ? "the database" : path;
}

function inboxLine({ content, dueMs }: InboxEntry): string {
  const time = new Date(dueMs).toTimeString().slice(0, 8);
  const parts = [content.title, content.text].filter((part) => part !== undefined);
  return `\u{1F514} ${time} ${harmless(parts.join(": ") || JSON.stringify(content))}`;
}

/** A message is another's text: it must not drive the terminal, nor look like more lines than one. */
function harmless(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return cutText(line, LONGEST_LINE);
}
