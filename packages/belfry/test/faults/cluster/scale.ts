const SCALE_VARIABLE = "FAULT_SCALE";

/** How much longer, and with how much more, than in every run of the tests; `FAULT_SCALE=10 vitest run …`. */
export function faultScale(): number {
  const scale = Number(process.env[SCALE_VARIABLE] ?? 1);
  if (!(scale > 0)) throw new Error(`Cannot read ${SCALE_VARIABLE}: it is no number above 0`);
  return scale;
}
