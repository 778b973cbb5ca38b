import type { SimulatedChange, SimulationRequest, Stretch } from "../domain/simulation.ts";

/** Time between two looks at whether somebody wants it to end. */
const LOOK_MS = 86_400_000;

/** What happens at an instant. */
export type Step = { atMs: number } & (
  | { kind: "down" }
  | { kind: "up" }
  | { kind: "change"; change: SimulatedChange }
  /** Nothing: somebody looks how far it is. */
  | { kind: "look" }
);

const ORDER: readonly Step["kind"][] = ["up", "change", "look", "down"];

/** What happens from the beginning to the end, in its order. What is changed while nothing runs waits in the store. */
export function scriptOf({ fromMs, toMs, outages, changes }: SimulationRequest): Step[] {
  const steps: Step[] = [{ kind: "look", atMs: toMs }];
  for (let atMs = fromMs; atMs < toMs; atMs += LOOK_MS) steps.push({ kind: "look", atMs });
  for (const outage of joined(outages)) {
    steps.push({ kind: "down", atMs: outage.fromMs }, { kind: "up", atMs: outage.toMs });
  }
  for (const change of changes) steps.push({ kind: "change", atMs: change.atMs, change });
  return steps
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .sort((a, b) => a.atMs - b.atMs || ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}

/** Outages that overlap or meet are one. */
export function joined(outages: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const outage of outages.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const last = all.at(-1);
    if (last && outage.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, outage.toMs);
    else all.push({ ...outage });
  }
  return all;
}
