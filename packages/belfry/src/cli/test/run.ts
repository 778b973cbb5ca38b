import { type CliOptions, runCli } from "../main.ts";

/** What a command printed and how it ended. */
export interface CliRun {
  code: number;
  out: string;
  err: string;
}

/** A key long enough to be one. */
export const TEST_KEY = "k".repeat(32);

/** When all tests of the command line take place. */
export const TEST_NOW = "2026-11-23T08:30:00Z";

/** Roles that do nothing. */
export const ROLES_IDLE: CliOptions["roles"] = {
  start: async () => {},
  api: async () => {},
  scheduler: async () => {},
  worker: async () => {},
  tick: async () => {},
  migrate: async () => {},
  move: async (_env, { from, to = null }) => ({ from, to, moved: [] }),
  simulate: async ({ fromMs, toMs }) => ({
    fromMs,
    toMs,
    zoneData: "test",
    deliveries: [],
    leftOut: [],
    faults: [],
  }),
  inspect: async () => [],
};

/** The world of a test: in Paris, on a Monday morning, nowhere near a terminal. */
export const NOWHERE: CliOptions = {
  argv: [],
  env: {},
  stdout: { write: () => {} },
  stderr: { write: () => {} },
  isTerminal: false,
  roles: ROLES_IDLE,
  folder: "/nonexistent",
  timeZone: "Europe/Paris",
  now: () => Date.parse(TEST_NOW),
  interruption: new AbortController().signal,
};

/** Runs a command line there. */
export async function run(argv: readonly string[], overrides: Partial<CliOptions> = {}): Promise<CliRun> {
  const printed = { out: "", err: "" };
  const code = await runCli({
    ...NOWHERE,
    argv,
    stdout: { write: (text) => (printed.out += text) },
    stderr: { write: (text) => (printed.err += text) },
    ...overrides,
  });
  return { code, ...printed };
}
