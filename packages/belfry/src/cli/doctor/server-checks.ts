import { ApiError, UnreachableError } from "../../client/api-error.ts";
import { VERSION } from "../../config/version.ts";
import type { Finding } from "../../domain/finding.ts";
import { type Located, patientFetch } from "../connection.ts";
import { type CurrentKey, identifyKey, identityText } from "../key-identity.ts";
import { unreachableReason } from "../unreachable.ts";
import { clockFinding } from "./clock-check.ts";

const WITHIN_MS = 5_000;
const DAY_MS = 86_400_000;
const SOON_MS = 7 * DAY_MS;

/** What is to be said of the server that commands would talk to, and of the key they would send. */
export async function serverFindings({ address, key }: Located, now: () => number): Promise<Finding[]> {
  const { url, source } = address;
  const place = `${url} (${source})`;
  const sentMs = now();
  try {
    const response = await get(`${url}/healthz`);
    const clock = clockFinding({ sentMs, receivedMs: now(), date: response.headers.get("date") });
    await response.body?.cancel();
    if (!response.ok) return [{ ...NO_BELFRY, text: `${place} answers ${response.status}` }];
    return [
      { check: "server", status: "ok", text: `${place} is up` },
      await readyFinding(url),
      await versionFinding(url),
      clock,
      key ? await keyFinding(url, key, now()) : noKey(url),
    ];
  } catch (error) {
    const [reason = "", mend = ""] = unreachableReason(url, error);
    return [{ check: "server", status: "fail", text: `${place} cannot be reached: ${reason}`, mend }];
  }
}

const NO_BELFRY = {
  check: "server",
  status: "fail",
  mend: "that is no Belfry, or something on the way to it; check the address",
} as const;

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
}

async function readyFinding(url: string): Promise<Finding> {
  const { ok, body } = await get(`${url}/readyz`);
  await body?.cancel();
  if (ok) return { check: "ready", status: "ok", text: "its store answers" };
  const mend = "look at the log of the server, and run `belfry doctor` on its machine";
  return { check: "ready", status: "fail", text: "it is up, and its store does not answer", mend };
}

async function versionFinding(url: string): Promise<Finding> {
  const response = await get(`${url}/`);
  const index: unknown = await response.json().catch(() => null);
  const isIndex = typeof index === "object" && index !== null && "version" in index;
  if (!isIndex)
    return { check: "version", status: "warn", text: "it tells no version", mend: NO_BELFRY.mend };
  const text = `the server is ${index.version}, this command line ${VERSION}`;
  if (index.version === VERSION) return { check: "version", status: "ok", text: VERSION };
  return { check: "version", status: "warn", text, mend: "use the command line of the same version" };
}

async function keyFinding(
  url: string,
  { key, keySource }: NonNullable<Located["key"]>,
  nowMs: number,
): Promise<Finding> {
  const { createClient } = await import("../../client/client.ts");
  try {
    const current = await identifyKey(createClient({ url, key, fetch: patientFetch }));
    const whose = current ? `: ${identityText(current)}` : "";
    return {
      check: "key",
      status: "ok",
      text: `${keySource} is accepted${whose}`,
      ...soonOver(current, nowMs),
    };
  } catch (error) {
    if (error instanceof UnreachableError) throw error;
    const status = error instanceof ApiError ? error.status : null;
    const text = status === 401 ? `the server refuses ${keySource}` : `${keySource} was not tried: ${error}`;
    return { check: "key", status: "fail", text, mend: `\`belfry login ${url}\` keeps the right one` };
  }
}

function soonOver(current: CurrentKey | null, nowMs: number): Partial<Finding> {
  const endsMs = Date.parse(current?.expiresAt ?? "") - nowMs;
  if (Number.isNaN(endsMs) || endsMs > SOON_MS) return {};
  const days = Math.max(0, Math.ceil(endsMs / DAY_MS));
  return {
    status: "warn",
    mend: `it ends in ${days} days: have a new one made, and \`belfry login\` with it`,
  };
}

function noKey(url: string): Finding {
  const mend = `\`belfry login ${url}\` keeps one; or set BELFRY_KEY beside BELFRY_URL`;
  return { check: "key", status: "fail", text: `no key is known for ${url}`, mend };
}
