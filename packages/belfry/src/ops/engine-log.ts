import type { EngineEvent, Observe } from "../engine/observer.ts";
import { lineOf } from "./engine-line.ts";
import type { Logger } from "./log.ts";

type Level = "debug" | "info" | "warn";

/** Writes what the engine tells; what is below the log's level costs nothing but the look at it. */
export function createEngineLog(log: Logger): Observe {
  const levels: readonly Level[] = ["debug", "info", "warn"];
  const written = new Set(levels.filter((level) => log.isLevelEnabled(level)));
  return (event) => {
    const level = levelOf(event);
    if (!written.has(level)) return;
    const { fields, message } = lineOf(event);
    log[level](fields, message);
  };
}

/** Each change of state at `debug`; what a person should look at at `warn`. */
function levelOf(event: EngineEvent): Level {
  switch (event.kind) {
    case "settled":
      return event.verdict.state === "dead" ? "warn" : "debug";
    case "endpoint-off":
    case "leases-lost":
      return "warn";
    case "missed":
    case "zone-data":
    case "zone-moved":
      return "info";
    case "pass":
      return event.isOk && event.deliveries > 0 ? "info" : "debug";
    default:
      return "debug";
  }
}
