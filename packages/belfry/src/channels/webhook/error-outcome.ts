import { ShortageError } from "../../domain/errors.ts";
import type { Outcome } from "../../domain/outcome.ts";
import { RefusedHostError } from "./guarded-connector.ts";
import { refusal } from "./webhook-url.ts";

/** In words, what happened where there was no answer; by the error's code. */
const REASONS: Readonly<Record<string, string>> = {
  EAI_AGAIN: "its name cannot be resolved for now",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to its network",
  ENOTFOUND: "its name does not exist",
  EPIPE: "the connection was closed before the request was sent",
  HTTPParserError: "its answer is not HTTP",
  ETIMEDOUT: "the connection could not be opened in time",
  UND_ERR_CLOSED: "the channel was closed",
  UND_ERR_CONNECT_TIMEOUT: "the connection could not be opened in time",
  UND_ERR_DESTROYED: "the channel was closed",
  UND_ERR_HEADERS_OVERFLOW: "its answer has too many headers",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "its answer is not as long as it says",
  UND_ERR_SOCKET: "the connection was closed before an answer",
};

/** What this machine lacks for one more connection; by the error's code. */
const SHORTAGES: Readonly<Record<string, string>> = {
  EMFILE: "this process has no file handles left; raise its limit (ulimit -n)",
  ENFILE: "this machine has no file handles left",
  ENOBUFS: "this machine has no memory left for connections",
  ENOMEM: "this machine has no memory left",
};

/** OpenSSL's and Node's names for certificates that are not trusted. */
const CERTIFICATE = /CERT|UNABLE_TO_|SELF_SIGNED|CRL_|HOSTNAME_MISMATCH|ALTNAME/;

/**
 * What a failure without an answer means. All are worth another try, certificates too, which are
 * renewed; only a host that may not be reached, and a request that cannot be made, stay so.
 */
export function outcomeOfError(destination: string, error: unknown): Outcome {
  if (error instanceof RefusedHostError) return { kind: "permanent", error: refusal(destination).message };
  const code = codeOf(error);
  const text = `Cannot post to ${destination}: ${reasonOf(code)}${code === "" ? "" : ` (${code})`}`;
  return code === "UND_ERR_INVALID_ARG"
    ? { kind: "permanent", error: text }
    : { kind: "retryable", error: text };
}

/** The same if it is this machine that lacks something, so that nothing was sent; else null. */
export function shortageOf(destination: string, error: unknown): ShortageError | null {
  const code = codeOf(error);
  const lack = SHORTAGES[code];
  if (lack === undefined) return null;
  return new ShortageError(`Cannot post to ${destination}: ${lack} (${code})`, { cause: error });
}

/** Error messages may quote the URL, whose path can be a secret; codes never do. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function reasonOf(code: string): string {
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (code.startsWith("HPE_")) return "its answer is not HTTP";
  if (CERTIFICATE.test(code)) return "its TLS certificate is not trusted";
  if (code.startsWith("ERR_SSL") || code === "EPROTO") return "TLS could not be negotiated";
  return "the request failed";
}
