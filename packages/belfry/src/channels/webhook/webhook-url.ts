import { isIP } from "node:net";
import { type AllowList, withoutTrailingDot } from "./allow-list.ts";
import { isPublicAddress, parseAddress } from "./public-address.ts";

/** Characters of the longest URL that is taken. */
export const MAX_URL_LENGTH = 2048;
const ALLOWED_URL = `an absolute http or https URL of at most ${MAX_URL_LENGTH} characters, without a user name or password`;

/** A URL ready to be posted to, or what is wrong with it; the message names the host at most. */
export type CheckedUrl =
  | {
      ok: true;
      /** Scheme, host and port. */
      origin: string;
      /** Path and query. */
      path: string;
      /** `host:port` in lower case, the port always there. */
      destination: string;
    }
  | { ok: false; message: string; allowed: string };

/** Checks a URL without any I/O: its form, and its host where that is a literal address or this machine. */
export function checkUrl(text: string | undefined, allow: AllowList): CheckedUrl {
  if (text === undefined) return problem("it is missing");
  if (text === "") return problem("it is empty");
  if (text.length > MAX_URL_LENGTH) return problem(`it is ${text.length} characters long`);
  // URL would mend these, and what was checked must be what others read in the same text.
  if (/[\s\p{Cc}\\]/u.test(text)) return problem("it holds blanks, control characters or backslashes");
  if (!/^https?:\/\/[^/?#]/i.test(text))
    return problem("it does not start with http:// or https:// and a host");
  const url = URL.parse(text);
  if (!url) return problem("it is not well formed");
  if (url.username !== "" || url.password !== "") return problem("it holds a user name or password");
  if (url.port === "0") return problem("its port is 0");
  return checkHost(url, allow);
}

function checkHost(url: URL, allow: AllowList): CheckedUrl {
  const host = withoutTrailingDot(url.hostname);
  if (isRefusedHost(url.hostname, allow)) return { ok: false, ...refusal(host) };
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return { ok: true, origin: url.origin, path: url.pathname + url.search, destination: `${host}:${port}` };
}

/** What is said of a host that may not be reached. */
export function refusal(host: string): { message: string; allowed: string } {
  return {
    message: `Cannot post to ${host}: it is not on the public internet and BELFRY_WEBHOOK_ALLOW does not list it`,
    allowed: "a host on the public internet, or one that BELFRY_WEBHOOK_ALLOW lists by name or network",
  };
}

/** True for a host that is refused as it stands; other names are judged by what they resolve to. */
export function isRefusedHost(hostname: string, allow: AllowList): boolean {
  const host = withoutTrailingDot(hostname.replace(/^\[|\]$/g, ""));
  if (allow.allowsHost(host)) return false;
  if (isIP(host) !== 0) return isRefusedAddress(host, allow);
  return host === "localhost" || host.endsWith(".localhost");
}

/** True for an address that is neither public nor within an allowed network. */
export function isRefusedAddress(address: string, allow: AllowList): boolean {
  const parsed = parseAddress(address);
  // What cannot be read cannot be judged.
  return !parsed || !(isPublicAddress(parsed) || allow.allowsAddress(parsed));
}

function problem(reason: string): CheckedUrl {
  return { ok: false, message: `Cannot use this URL: ${reason}`, allowed: ALLOWED_URL };
}
