import { isAbsolute, join } from "node:path";

/**
 * Where the command line keeps the servers it knows: `$XDG_CONFIG_HOME/belfry/config.json`, else
 * `~/.config/belfry/config.json`; on Windows `%APPDATA%\belfry\config.json`. Relative folders are
 * ignored, as the XDG Base Directory Specification asks.
 *
 * @returns undefined if the environment names no folder for it
 */
export function configFilePath(
  env: Record<string, string | undefined>,
  platform: string = process.platform,
): string | undefined {
  const places =
    platform === "win32"
      ? [env.XDG_CONFIG_HOME, env.APPDATA]
      : [env.XDG_CONFIG_HOME, env.HOME && join(env.HOME, ".config")];
  const place = places.find((path) => path !== undefined && isAbsolute(path));
  return place && join(place, "belfry", "config.json");
}
