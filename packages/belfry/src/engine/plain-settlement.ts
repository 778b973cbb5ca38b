import type { Attempt } from "../domain/delivery.ts";
import type { Settlement } from "../store/store.ts";

/** What stands for what others have said, where the store does not take it. */
const UNSAID = "what was said of it could not be recorded; the log tells why";

/**
 * A settlement in Belfry's own words alone. What a store can refuse in one outcome, and not in others, is most likely
 * what somebody else has said in it. That it was delivered, failed or is to be tried again matters more than the words:
 * as long as it is not recorded, each end of its worker leaves it in doubt, and it is sent once more.
 */
export function plainSettlement(settlement: Settlement): Settlement {
  const { attempt, follow, reason } = settlement;
  // What was not tried is told in our own words already.
  if (!attempt) return settlement;
  const plain: Settlement = { ...settlement, attempt: plainAttempt(attempt) };
  if (reason === null || settlement.state === "scheduled") return plain;
  plain.reason = UNSAID;
  // That of the channel which follows a dead one tells why it does.
  if (follow)
    plain.follow = follow.map((one) => ({ ...one, note: one.note?.replace(reason, () => UNSAID) ?? null }));
  return plain;
}

function plainAttempt({ error, providerId: _, response: __, ended, ...rest }: Attempt): Attempt {
  return {
    ...rest,
    ...(error === undefined ? {} : { error: UNSAID }),
    ...(ended && { ended: { ...ended, reason: ended.reason && UNSAID } }),
  };
}
