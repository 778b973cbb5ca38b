import type { InputIssue } from "../../domain/errors.ts";
import type { DeliveryFilter } from "../../store/store.ts";
import { invalidInput } from "../input.ts";
import { readInstant } from "../instant-input.ts";
import type { DeliveryQuery } from "../schemas/delivery-query.ts";

/** What the query of a list of deliveries means. @throws InvalidInputError */
export function readDeliveryFilter(query: DeliveryQuery): DeliveryFilter {
  const issues: InputIssue[] = [];
  const sinceMs = readInstant(["since"], query.since, issues);
  const untilMs = readInstant(["until"], query.until, issues);
  if (sinceMs !== undefined && untilMs !== undefined && untilMs <= sinceMs) {
    const allowed = "an instant after since";
    issues.push({ path: ["until"], value: query.until, message: "is not after since", allowed });
  }
  if (issues.length > 0) throw invalidInput("the query", issues);
  const { reminder: reminderId, recipient: recipientId, campaign: campaignId } = query;
  const { state, channel, error } = query;
  return { reminderId, recipientId, campaignId, state, channel, error, sinceMs, untilMs };
}
