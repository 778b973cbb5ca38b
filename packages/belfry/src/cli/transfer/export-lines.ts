import type { Client, DeliveryListFilter, ReminderFilter } from "../../client/client.ts";
import { allPages } from "../all-pages.ts";
import type { CliContext } from "../context.ts";
import { patiently } from "../patience.ts";
import type { DeliveryRecord, Reminder } from "../resources.ts";
import { MOST_COMING, portableSchedule } from "./portable-schedule.ts";
import type { EndpointLine, ReminderLine } from "./transfer-line.ts";

/** What is exported. */
export interface ExportRequest {
  /** Those of one state; `live`: active and paused ones; `all`: all that there are. */
  state: Reminder["state"] | "live" | "all";
  /** Whether endpoints come first, without their secrets. */
  withEndpoints: boolean;
  /** Told of a reminder whose `count` or `in` could not be made independent of when it is imported. */
  onNotPortable(id: string): void;
  context: CliContext;
  signal: AbortSignal;
}

/** Reads what there is page by page, and tells it as `belfry import` takes it. */
export async function* exportLines(
  client: Client,
  request: ExportRequest,
): AsyncGenerator<ReminderLine | EndpointLine, void> {
  if (request.withEndpoints) {
    for await (const { name, url, state } of allPages(client.endpoints, {}, request))
      yield { endpoint: { name, url, state } };
  }
  for await (const reminder of remindersOf(client, request)) {
    // A campaign makes its reminders itself.
    if (reminder.campaignId !== null) continue;
    const askComing = () => patiently(() => client.reminders.occurrences(reminder.id, MOST_COMING), request);
    const { schedule, isPortable } = await portableSchedule(reminder, askComing);
    if (!isPortable) request.onNotPortable(reminder.id);
    yield lineOf(reminder, schedule);
  }
}

/** Reads deliveries page by page, latest due first, as the API shows them. */
export function exportDeliveries(
  client: Client,
  filter: DeliveryListFilter,
  patience: Pick<ExportRequest, "context" | "signal">,
): AsyncGenerator<DeliveryRecord, void> {
  return allPages(client.deliveries, filter, patience);
}

async function* remindersOf({ reminders }: Client, request: ExportRequest): AsyncGenerator<Reminder, void> {
  const { state } = request;
  const listed = (filter: ReminderFilter) => allPages(reminders, filter, request);
  if (state === "all") return yield* listed({});
  if (state !== "live") return yield* listed({ state });
  // Whoever is resumed between the two lists stands in both; no one may be written twice.
  const paused = new Set<string>();
  for await (const reminder of listed({ state: "paused" })) {
    paused.add(reminder.id);
    yield reminder;
  }
  for await (const reminder of listed({ state: "active" })) if (!paused.has(reminder.id)) yield reminder;
}

function lineOf(reminder: Reminder, schedule: Reminder["schedule"]): ReminderLine {
  const { to, content, catchUp, usefulFor, retry, inDoubt, metadata, id, state, timeZone } = reminder;
  return {
    schedule,
    to,
    content,
    catchUp,
    usefulFor,
    retry,
    inDoubt,
    metadata,
    exported: { id, state, timeZone },
  };
}
