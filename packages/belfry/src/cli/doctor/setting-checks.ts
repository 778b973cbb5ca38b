import { findSettingProblems } from "../../config/settings.ts";
import { SETTINGS } from "../../config/table.ts";
import type { Finding } from "../../domain/finding.ts";

type Environment = Record<string, string | undefined>;

/** Where clouds tell a machine its own credentials. */
const METADATA_NETWORK = "169.254.";
/** A network of fewer bits than this is a great part of all there is. */
const SHORTEST_PREFIX = 8;

/** What would stop `belfry start`, as `belfry config` says it. */
export function settingFindings(env: Environment): Finding[] {
  const problems = findSettingProblems(env);
  if (problems.length === 0) return [{ check: "settings", status: "ok", text: "all are right" }];
  const mend = "`belfry config` shows all settings; a wrong one stops `belfry start`";
  return problems.map((text) => ({ check: "settings", status: "fail", text, mend }));
}

/** What webhooks may reach besides the public internet; nothing if the setting is wrong, which is told elsewhere. */
export function webhookFindings(env: Environment): Finding[] {
  const parsed = SETTINGS.webhookAllow.parse(env.BELFRY_WEBHOOK_ALLOW?.trim() ?? "");
  return parsed.ok ? [reachFinding(parsed.value)] : [];
}

function reachFinding(entries: readonly string[]): Finding {
  const check = "webhooks";
  if (entries.length === 0) return { check, status: "ok", text: "may reach the public internet alone" };
  const text = `may also reach ${entries.join(", ")}`;
  const broad = entries.filter(isBroad);
  if (broad.length === 0) return { check, status: "ok", text };
  const mend = `take ${broad.join(", ")} out of BELFRY_WEBHOOK_ALLOW, and name what is really meant`;
  return { check, status: "warn", text: `${text}: whoever may add reminders gets into your network`, mend };
}

function isBroad(entry: string): boolean {
  const prefix = /\/(\d+)$/.exec(entry)?.[1];
  return entry.startsWith(METADATA_NETWORK) || (prefix !== undefined && Number(prefix) < SHORTEST_PREFIX);
}
