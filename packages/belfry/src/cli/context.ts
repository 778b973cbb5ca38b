import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { Finding } from "../domain/finding.ts";
import type { MoveReport, MoveRequest, MoveWatch } from "../domain/moving.ts";
import type { SimulationReport, SimulationRequest, SimulationWatch } from "../domain/simulation.ts";
import { type Connection, connect, type ServerChoice, type Surroundings } from "./connection.ts";
import { interruption, waitUnlessAborted } from "./interruption.ts";
import { createOutput, type Output, type TextStream } from "./output.ts";
import type { Share } from "./partition-option.ts";

/** Runs one of Belfry's processes; given in, for they alone may know the whole of Belfry. */
export interface RoleRunners {
  start(env: Env, output: RoleOutput): Promise<void>;
  api(env: Env, output: RoleOutput): Promise<void>;
  scheduler(env: Env, options: { partition?: Share }, output: RoleOutput): Promise<void>;
  worker(env: Env, options: { partition?: Share }, output: RoleOutput): Promise<void>;
  tick(
    env: Env,
    options: { only?: "promote" | "send"; partition?: Share },
    output: RoleOutput,
  ): Promise<void>;
  migrate(env: Env, output: RoleOutput): Promise<void>;
  move(env: Env, request: MoveRequest, watch: MoveWatch): Promise<MoveReport>;
  /** Rehearses, in memory, what would go to whom and when. */
  simulate(request: SimulationRequest, watch: SimulationWatch): Promise<SimulationReport>;
  /** Looks at the data folder, or the database, without changing it. */
  inspect(dataFolder: string, env: Env): Promise<Finding[]>;
}

type Env = Record<string, string | undefined>;

/** What a role prints for people. */
export interface RoleOutput {
  print(line: string): void;
}

/** Where a command reads: a terminal, or what is piped into it. */
export type TextInput = Readable & { isTTY?: boolean };

/** The world as the launcher sees it; a test gives its own. */
export interface CliOptions {
  /** The arguments after the name of the program. */
  argv: readonly string[];
  env: Record<string, string | undefined>;
  stdout: TextStream;
  stderr: TextStream;
  /** Standard input; default: there is none. */
  stdin?: TextInput;
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
  /** Source of random bytes; default: node:crypto's. */
  randomBytes?(count: number): Uint8Array;
  /** Lets time pass; default: real time. */
  wait?(ms: number, signal: AbortSignal): Promise<void>;
  /** Aborts when the user wants a command to end; default: at Ctrl-C. */
  interruption?: AbortSignal;
}

/** What every command works with. */
export interface CliContext {
  env: Record<string, string | undefined>;
  output: Output;
  stdin: TextInput | undefined;
  roles: RoleRunners;
  timeZone: string;
  now(): number;
  randomBytes(count: number): Uint8Array;
  /** Lets time pass; over at once when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Aborts when the user wants the command to end. From the first call on, Ctrl-C alone does not end it. */
  interruption(): AbortSignal;
  /** Which server the command line names. */
  choice: ServerChoice;
  /** What the server is found by. */
  surroundings(): Surroundings;
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
    stdin: options.stdin,
    roles,
    choice: {},
    timeZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    now: options.now ?? Date.now,
    randomBytes: options.randomBytes ?? randomBytes,
    wait: options.wait ?? waitUnlessAborted,
    interruption: () => options.interruption ?? interruption(),
    connection: undefined,
    surroundings: () => ({
      env,
      folder: options.folder ?? process.cwd(),
      choice: context.choice,
      remark: (line) => context.output.printRemark(line),
    }),
    connect: async () => {
      context.connection ??= await connect(context.surroundings());
      return context.connection;
    },
  };
  return context;
}
