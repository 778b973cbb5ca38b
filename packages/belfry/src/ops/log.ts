import { type DestinationStream, type Logger, pino } from "pino";
import { formatLogLine } from "./log-line.ts";
import { createMask } from "./log-mask.ts";

export type { Logger } from "pino";

/** What it takes to make the log of a process. */
export interface LogOptions {
  /** The least that is logged: `info`. */
  level: string;
  /** `auto`: for people on a terminal, else for programs. */
  format: "auto" | "json" | "pretty";
  /** True if people read the stream. */
  isTerminal: boolean;
  /** Takes the lines: standard error, mostly. */
  stream: { write(text: string): unknown };
  /** Values that no line may show, such as the keys in use; more may be added to it later. */
  secrets?: readonly string[];
  /** The injected clock, in ms since the epoch. */
  now(): number;
  /** Colours in lines for people; default false. */
  colours?: boolean;
}

/** Fields that hold secrets wherever they appear: masked before anyone formats them. */
const SECRET_FIELDS = ["authorization", "adminKey", "key", "secret", "secrets", "webhookSecrets"];

/**
 * The log of a process: JSON lines, or one line for people. Secrets are masked twice: by the name of
 * their field, and by their value wherever it turns up, in an error's message too.
 */
export function createLog(options: LogOptions): Logger {
  const isPretty = options.format === "pretty" || (options.format === "auto" && options.isTerminal);
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: "(hidden)",
      },
    },
    createDestination(options, isPretty),
  );
}

function createDestination(options: LogOptions, isPretty: boolean): DestinationStream {
  const mask = createMask(options.secrets ?? []);
  const showStacks = options.level === "debug" || options.level === "trace";
  return {
    write(line) {
      const masked = mask(line);
      options.stream.write(
        isPretty ? formatLogLine(masked, { colours: options.colours ?? false, showStacks }) : masked,
      );
    },
  };
}
