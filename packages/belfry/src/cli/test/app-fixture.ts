import { type ApiRig, type ApiRigOptions, createApiRig, KEYS } from "../../http/app-fixture.ts";
import { serve } from "../../http/server.ts";
import { type CliRun, run } from "./run.ts";

/** The real API on a port of its own, with a clock that the test moves. */
export interface AppUnderTest {
  rig: ApiRig;
  url: string;
  /** Runs a command line against it, at the time of its clock. */
  run(argv: readonly string[], overrides?: Parameters<typeof run>[1]): Promise<CliRun>;
  close(): Promise<void>;
}

/** Starts it; the engine sends nothing before it is started itself. */
export async function startApp(options: ApiRigOptions = {}): Promise<AppUnderTest> {
  const rig = await createApiRig(options);
  const listening = await serve({ app: rig.app, host: "127.0.0.1", port: 0 });
  const env = { BELFRY_URL: listening.url, BELFRY_KEY: KEYS.admin };
  return {
    rig,
    url: listening.url,
    run: (argv, overrides = {}) =>
      run(argv, { now: () => rig.clock.now(), ...overrides, env: { ...env, ...overrides.env } }),
    close: () => listening.close(0),
  };
}
