/** How much is measured; smaller numbers are for trying the harness out, and judge nothing. */
export interface Scale {
  rounds: number;
  /** Reminders due at one instant. */
  herd: number;
  /** How long the steady streams last. */
  steadySeconds: number;
  /** Reminders accepted for each figure of accepting. */
  accepted: number;
  /** Reminders that only lie there. */
  far: number;
  /** How long a program has to deliver everything after its worker was killed. */
  recoverWithinMs: number;
  /**
   * A measurement waits until others take no more of the machine than this, in percent, and is repeated if they
   * took more meanwhile.
   */
  mostByOthers: number;
}

const FULL: Scale = {
  rounds: 3,
  herd: 10_000,
  steadySeconds: 10,
  accepted: 50_000,
  far: 1_000_000,
  recoverWithinMs: 90_000,
  mostByOthers: 100,
};

/** The numbers, unless the environment says otherwise: ROUNDS, HERD, STEADY_SECONDS, ACCEPTED, FAR, … */
export function readScale(env: NodeJS.ProcessEnv): Scale {
  const names = Object.keys(FULL) as (keyof Scale)[];
  const scale = { ...FULL };
  for (const name of names) {
    const value = env[variableOf(name)];
    if (value === undefined) continue;
    if (!/^[1-9]\d*$/.test(value)) throw new Error(`Cannot use ${variableOf(name)}=${value}: it is no count`);
    scale[name] = Number(value);
  }
  return scale;
}

/** `steadySeconds` is set by STEADY_SECONDS. */
function variableOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
