import { type Connection, connect } from "./connection.ts";
import { createOutput, type Output, type TextStream } from "./output.ts";

/** Runs one of Belfry's processes; given in, for they alone may know the whole of Belfry. */
export interface RoleRunners {
  start(env: Record<string, string | undefined>, output: RoleOutput): Promise<void>;
  tick(
    env: Record<string, string | undefined>,
    options: { only?: "promote" | "send" },
    output: RoleOutput,
  ): Promise<void>;
}

/** What a role prints for people. */
export interface RoleOutput {
  print(line: string): void;
}

/** The world as the launcher sees it; a test gives its own. */
export interface CliOptions {
  /** The arguments after the name of the program. */
  argv: readonly string[];
  env: Record<string, string | undefined>;
  stdout: TextStream;
  stderr: TextStream;
  /** True if standard output is a terminal. */
  isTerminal: boolean;
  roles: RoleRunners;
  /** Characters in a line of the terminal. */
  columns?: number | undefined;
  /** The working directory; default: that of the process. */
  folder?: string;
  /** The reader's zone; default: the machine's. */
  timeZone?: string;
  /** The clock, in ms since the epoch; default: the machine's. */
  now?(): number;
}

/** What every command works with. */
export interface CliContext {
  env: Record<string, string | undefined>;
  output: Output;
  roles: RoleRunners;
  timeZone: string;
  now(): number;
  /** Finds the server; at most once. */
  connect(): Promise<Connection>;
  /** The connection, if a command has asked for it. */
  connection: Connection | undefined;
}

/** Gathers what the commands work with; nothing is opened until it is asked for. */
export function createContext(options: CliOptions): CliContext {
  const { env, stdout, stderr, isTerminal, columns, roles } = options;
  const context: CliContext = {
    env,
    output: createOutput({ stdout, stderr, isTerminal, columns, env }),
    roles,
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: options.now ?? Date.now,
    connection: undefined,
    connect: async () => {
      context.connection ??= await connect({ env, folder: options.folder ?? process.cwd() });
      return context.connection;
    },
  };
  return context;
}
