import { SettingError } from "../domain/errors.ts";
import { type Setting, shownValue } from "./setting.ts";
import { SETTINGS, type SettingName, type Settings } from "./table.ts";
import { nearestName, unknownVariables } from "./variable-names.ts";

export type { SettingName, Settings } from "./table.ts";

/** Where a value comes from. */
export type SettingSource = "default" | "environment";

/** The settings, and where each of them comes from. */
export interface SettingsRead {
  settings: Settings;
  sources: Record<SettingName, SettingSource>;
}

/** One setting as `belfry config` shows it. */
export interface SettingRow {
  env: string;
  /** The value as it was written, or the default; never a secret. */
  value: string;
  source: SettingSource;
  description: string;
  /** What is wrong with the value, else null. */
  problem: string | null;
}

type Environment = Record<string, string | undefined>;

/**
 * Reads every setting. An empty variable counts as not set.
 *
 * @throws SettingError that lists every wrong setting, and every BELFRY_ variable that is no setting
 */
export function readSettings(env: Environment): SettingsRead {
  refuse(findSettingProblems(env));
  return parseSettings(env);
}

/**
 * The same for commands that talk to a server, which a variable of another version must not stop: what
 * is no setting is a warning.
 *
 * @throws SettingError that lists every wrong setting
 */
export function readClientSettings(env: Environment): SettingsRead & { warnings: string[] } {
  refuse(findValueProblems(env));
  return { ...parseSettings(env), warnings: unknownProblems(env) };
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  ${problem}`).join("");
  throw new SettingError(`Cannot use the settings: ${problems.length} wrong${list}`);
}

function parseSettings(env: Environment): SettingsRead {
  const settings: Record<string, unknown> = {};
  const sources: Record<string, SettingSource> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const parsed = setting.parse(textOf(setting, env));
    if (parsed.ok) settings[name] = parsed.value;
    sources[name] = sourceOf(setting, env);
  }
  // Each name of the table has been parsed by its own parser, so the record has the table's types.
  return { settings: settings as Settings, sources: sources as SettingsRead["sources"] };
}

/** Everything that is wrong with the settings, a line each; secrets are masked. */
export function findSettingProblems(env: Environment): string[] {
  return [...findValueProblems(env), ...unknownProblems(env)];
}

function findValueProblems(env: Environment): string[] {
  const rows = describeSettings(env).flatMap((row) => (row.problem === null ? [] : [row.problem]));
  return [...rows, ...windowProblems(env)];
}

/** Every setting with its value, source and description, right or wrong. */
export function describeSettings(env: Environment): SettingRow[] {
  return Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const text = textOf(setting, env);
    return {
      env: setting.env,
      value: text === "" ? `(${setting.defaultWords ?? "none"})` : shownValue(setting, text),
      source: sourceOf(setting, env),
      description: setting.description,
      problem: problemOf(setting, text),
    };
  });
}

function textOf(setting: Setting<unknown>, env: Environment): string {
  return env[setting.env]?.trim() || setting.default;
}

function sourceOf(setting: Setting<unknown>, env: Environment): SettingSource {
  return env[setting.env]?.trim() ? "environment" : "default";
}

function problemOf(setting: Setting<unknown>, text: string): string | null {
  const parsed = setting.parse(text);
  if (parsed.ok) return null;
  const value = setting.secret ? shownValue(setting, text) : JSON.stringify(text);
  return `${setting.env} = ${value}: ${parsed.reason}. Allowed: ${setting.allowed}`;
}

/** With a window shorter than a tick, a reminder could fall due between two looks of the scheduler. */
function windowProblems(env: Environment): string[] {
  const tick = SETTINGS.tickMs.parse(textOf(SETTINGS.tickMs, env));
  const near = SETTINGS.nearWindowMs.parse(textOf(SETTINGS.nearWindowMs, env));
  if (!tick.ok || !near.ok || near.value >= tick.value) return [];
  const value = JSON.stringify(textOf(SETTINGS.nearWindowMs, env));
  const least = textOf(SETTINGS.tickMs, env);
  return [`BELFRY_NEAR_WINDOW = ${value}: it is too short. Allowed: BELFRY_TICK (${least}) or longer`];
}

function unknownProblems(env: Environment): string[] {
  const known = Object.values<Setting<unknown>>(SETTINGS).map((setting) => setting.env);
  return unknownVariables(env, known).map((name) => {
    const nearest = nearestName(name, known);
    const advice = nearest ? `Did you mean ${nearest}?` : "`belfry config` lists them all";
    return `${name}: there is no such setting. ${advice}`;
  });
}
