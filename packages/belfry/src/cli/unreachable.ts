import { connectionCode } from "../client/api-error.ts";
import { CommandFailure, EXIT_CODES } from "./exit-code.ts";
import { isLoopback, type ServerAddress } from "./server-address.ts";

const CERTIFICATE_FAULT = /CERT|UNABLE_TO_VERIFY/;
const TLS_FAULT = /^(ERR_|E)(SSL|TLS|PROTO)/;

/** Nobody answers: which server that was, why, and what to do. */
export function unreachableFailure(address: ServerAddress, cause: unknown): CommandFailure {
  return new CommandFailure(EXIT_CODES.unreachable, unreachableMessage(address, cause));
}

/** `Cannot reach Belfry at http://127.0.0.1:8080 (BELFRY_URL): nothing listens there; start it with …`. */
export function unreachableMessage({ url, source }: ServerAddress, cause: unknown): string {
  return `Cannot reach Belfry at ${url} (${source}): ${unreachableReason(url, cause).join("; ")}`;
}

/** Why nobody answers, and what to do. */
export function unreachableReason(url: string, error: unknown): [reason: string, mend: string] {
  const code = connectionCode(error) ?? "";
  if (code === "ECONNREFUSED") {
    const mend = isLoopback(url)
      ? "start it with `belfry start`"
      : "is the port right, and does the server run?";
    return ["nothing listens there", mend];
  }
  if (code === "ENOTFOUND") return ["there is no such host", "is the address right?"];
  if (isTimeout(error)) return ["it takes the call and does not answer", "look at the log of the server"];
  if (CERTIFICATE_FAULT.test(code)) {
    return [`its certificate is not trusted (${code})`, "NODE_EXTRA_CA_CERTS names a file of those to trust"];
  }
  if (TLS_FAULT.test(code)) return [`no TLS is spoken there (${code})`, "is it http rather than https?"];
  return [code || reasonText(error), "is the address right, and the network up?"];
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || isTimeout(error.cause));
}

function reasonText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
