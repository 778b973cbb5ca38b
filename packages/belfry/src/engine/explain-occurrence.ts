import type { Delivery } from "../domain/delivery.ts";
import { InvalidInputError } from "../domain/errors.ts";
import type { OccurrenceAsked } from "../domain/explanation.ts";
import { deliveryId } from "../domain/ids.ts";
import { formatInstant, type Occurrence, occurrencesNamed, type Plan } from "../time/schedule.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { type Explained, occurrenceExplained } from "./explain-rule.ts";
import type { EngineDeps } from "./ports.ts";
import { occurrenceIdOf } from "./replan.ts";
import { waysOf } from "./ways.ts";

/** What became of one occurrence of a rule, by its nominal time, or why nothing did. @throws InvalidInputError */
export async function answerOccurrence(
  deps: EngineDeps,
  of: Explained,
  { text, open }: { text: string; open: readonly Delivery[] },
): Promise<OccurrenceAsked> {
  const { plan } = of;
  const [occurrence] = plan ? occurrencesNamed(plan, text) : [];
  const known = open.find(({ kind, occurrence }) => kind === "rule" && occurrence.nominal === text);
  if (!plan || !(occurrence ?? known)) return notOfTheRule(plan, text);
  const meant = known?.occurrence ?? (occurrence as Occurrence);
  const deliveries = await deliveriesOf(deps, of, { occurrence: meant, open });
  const told = {
    happened: occurrenceExplained(of, "rule", meant),
    deliveryIds: deliveries.map(({ deliveryId }) => deliveryId),
  };
  const [first] = deliveries;
  if (first)
    return {
      ...told,
      kind: "delivery",
      text: `It became ${told.deliveryIds.join(" and ")}. ${first.fate.text}`,
    };
  return { ...told, ...(await whyNot(deps, of, meant)) };
}

function notOfTheRule(plan: Plan | null, text: string): OccurrenceAsked {
  const about = { happened: null, deliveryIds: [], kind: "not-of-the-rule" } as const;
  if (!plan)
    return { ...about, text: "Its rule cannot be read, so it is not known whether it would ring then." };
  const atMs = Date.parse(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (Number.isNaN(atMs)) {
    const allowed = "the nominal time of an occurrence, such as 2026-12-01T09:00";
    throw new InvalidInputError(`Cannot explain: "${text}" is no time`, [
      { path: ["occurrence"], value: text, message: "is no time", allowed },
    ]);
  }
  const [before, after] = [plan.previous(atMs, atMs - 3_653 * 86_400_000), plan.next(atMs)];
  const around = [before, after].flatMap((one) => (one ? [one.nominal] : []));
  const nearest =
    around.length === 0 ? "it rings at no other time near it" : `those around it are ${around.join(" and ")}`;
  return { ...about, text: `The rule does not ring at ${text}: ${nearest}.` };
}

/** What was made of it on each way that it goes, and what is open of it on any. */
async function deliveriesOf(
  deps: EngineDeps,
  { reminder }: Explained,
  { occurrence, open }: { occurrence: Occurrence; open: readonly Delivery[] },
) {
  const occurrenceId = occurrenceIdOf(reminder, occurrence);
  const ids = [
    ...waysOf(deps, reminder.spec).map(({ target, channel }) => deliveryId(occurrenceId, target, channel)),
    ...open.filter((delivery) => delivery.occurrenceId === occurrenceId).map(({ id }) => id),
  ];
  const found = await Promise.all(
    [...new Set(ids)].map((id) => explainDelivery(deps, reminder.tenantId, id)),
  );
  return found.filter((one) => one !== null);
}

async function whyNot(
  { store, clock }: EngineDeps,
  { reminder }: Explained,
  occurrence: Occurrence,
): Promise<Pick<OccurrenceAsked, "kind" | "text">> {
  const { tenantId, id: reminderId, next, skips, createdAtMs, state, spec } = reminder;
  const { dueMs, key } = occurrence;
  if (skips.some((skip) => skip.key === key)) return { kind: "skipped", text: "It was left out by hand." };
  if (dueMs < (spec.anchorMs ?? createdAtMs))
    return {
      kind: "before",
      text: `It lies before the reminder, which was accepted at ${formatInstant(createdAtMs)}.`,
    };
  const occurrenceIds = [occurrenceIdOf(reminder, occurrence)];
  const spent = await store.findSpent({ tenantId, reminderId, dueFromMs: dueMs, occurrenceIds });
  if (spent.size > 0)
    return {
      kind: "sent-before",
      text: "It was sent, by where or when the reminder went before it was changed; what was sent is not sent twice.",
    };
  if (next !== null && dueMs >= next.dueMs) {
    const text =
      state === "paused" ? "It is still to come, once the reminder is resumed." : "It is still to come.";
    return { kind: "to-come", text };
  }
  if (dueMs > clock.now()) return { kind: "over", text: `It is not to come: the reminder is ${state}.` };
  const text =
    "Nothing is kept of it. Either nobody was there to send it, or the reminder was paused, and another one stood " +
    `for it (catchUp is ${spec.policy.catchUp}); or a change took it back; or it is older than the history.`;
  return { kind: "nothing-kept", text };
}
