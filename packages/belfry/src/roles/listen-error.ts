import type { Settings } from "../config/settings.ts";
import { SettingError } from "../domain/errors.ts";

/** Why the API cannot listen, by the setting that mends it. */
export function listenError({ host, port }: Pick<Settings, "host" | "port">, error: unknown): Error {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "EADDRINUSE") {
    return new SettingError(
      `Cannot listen: BELFRY_PORT = ${port} is in use on ${host}; end what uses it, or set another`,
    );
  }
  if (code === "EACCES") {
    return new SettingError(`Cannot listen: BELFRY_PORT = ${port} needs more rights; set one above 1023`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new SettingError(`Cannot listen: BELFRY_HOST = "${host}" is no address of this machine`);
  }
  return error instanceof Error ? error : new Error(String(error));
}
