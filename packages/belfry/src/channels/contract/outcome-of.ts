import type { Outcome } from "../../domain/outcome.ts";

/** The outcome of a message that nothing kept back. */
export async function outcomeOf(sending: Promise<Outcome | null>): Promise<Outcome> {
  const outcome = await sending;
  if (outcome === null) throw new Error("Cannot test: the message was kept back");
  return outcome;
}
