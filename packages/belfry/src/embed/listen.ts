import { VERSION } from "../config/version.ts";
import { SettingError } from "../domain/errors.ts";
import type { App } from "../http/routing.ts";
import { type Listening, serve } from "../http/server.ts";
import type { Store } from "../store/store.ts";
import type { Assembly } from "./assembly.ts";
import { connectionLimits } from "./handle-limits.ts";

/** Where to listen, and what host and port were named by, for messages: `BELFRY_PORT`. */
export interface Address {
  host: string;
  port: number;
  names: { host: string; port: string };
}

/** What is answered: all of the API, or health and metrics alone. */
export type Surface = "api" | "health";

/** The API over the parts of an installation; it listens nowhere by itself. */
export async function createApi(
  { engine, store, clock, ids, access, telling, links }: Omit<Assembly, "close" | "start" | "hasStarted">,
  surface: Surface = "api",
): Promise<App> {
  const { onAnswered, faults: log, metrics } = telling;
  const parts = { store, clock, ids, log, onAnswered, version: VERSION, renderMetrics: metrics?.render };
  // A process that has no part of the API does not load it: that is half of what there is to load.
  if (surface === "health") return (await import("../http/health-app.ts")).createHealthApp(parts);
  const [{ createApp }, { allOperations: operations }] = await Promise.all([
    import("../http/app.ts"),
    import("../http/operations.ts"),
  ]);
  return createApp({ ...parts, engine, access, links, operations });
}

/** Starts to listen for calls of the API. @throws SettingError that names what to mend */
export async function listen(
  assembly: Assembly,
  { host, port, names }: Address,
  surface: Surface = "api",
): Promise<Listening> {
  const { onFault } = assembly.telling;
  const maxConnections = connectionLimits().incoming;
  try {
    const app = await createApi({ ...assembly, store: readyOnceStarted(assembly) }, surface);
    return await serve({ app, host, port, maxConnections, onFault });
  } catch (error) {
    throw listenError({ host, port, names }, error);
  }
}

/** What is listened for before the engine has started would be taken for sending; a start may have to wait. */
function readyOnceStarted({ store, hasStarted }: Assembly): Store {
  const ping = async (): Promise<void> => {
    if (!hasStarted()) throw new Error("Cannot be given work: it is starting");
    await store.ping();
  };
  return { ...store, ping };
}

/** Why the API cannot listen, by the setting that mends it. */
function listenError({ host, port, names }: Address, error: unknown): Error {
  const code = error instanceof Error && "code" in error ? error.code : "";
  if (code === "EADDRINUSE") {
    return new SettingError(
      `Cannot listen: ${names.port} = ${port} is in use on ${host}; end what uses it, or set another`,
    );
  }
  if (code === "EACCES") {
    return new SettingError(`Cannot listen: ${names.port} = ${port} needs more rights; set one above 1023`);
  }
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new SettingError(`Cannot listen: ${names.host} = "${host}" is no address of this machine`);
  }
  return error instanceof Error ? error : new Error(String(error));
}
