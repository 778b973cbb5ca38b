import type { Claim } from "../store/store.ts";

/**
 * What one claim took is much alike: of equal texts it keeps one. A hand of ten thousand takes 3 MB less so, which
 * the collector need not carry along either.
 */
export function shareTexts(claims: readonly Claim[]): void {
  const share = sharer();
  for (const { delivery, reminder } of claims) {
    delivery.tenantId = share(delivery.tenantId);
    delivery.kind = share(delivery.kind);
    delivery.state = share(delivery.state);
    delivery.lane = share(delivery.lane);
    delivery.channel = share(delivery.channel);
    delivery.target = share(delivery.target);
    reminder.tenantId = share(reminder.tenantId);
    reminder.state = share(reminder.state);
    reminder.timeZone = share(reminder.timeZone);
    const { schedule, target } = reminder.spec;
    if ("address" in target) target.address = share(target.address);
    // An occurrence says when it is three times over.
    if ("at" in schedule) schedule.at = share(schedule.at);
    delivery.occurrence.key = share(delivery.occurrence.key);
    delivery.occurrence.nominal = share(delivery.occurrence.nominal);
  }
}

/** Gives for every text the one that it was given first of those equal to it. */
function sharer() {
  const known = new Map<string, string>();
  return <Text extends string>(text: Text): Text => {
    const first = known.get(text);
    if (first === undefined) known.set(text, text);
    return (first ?? text) as Text;
  };
}
