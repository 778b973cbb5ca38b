import type { Client } from "../../client/client.ts";
import type { Reminder } from "../resources.ts";
import { MOST_COMING, portableSchedule } from "./portable-schedule.ts";
import type { EndpointLine, ReminderLine } from "./transfer-line.ts";

/** Items in one call. */
const PAGE = 100;

/** What is exported. */
export interface ExportRequest {
  /** Those of one state; `live`: active and paused ones; `all`: all that there are. */
  state: Reminder["state"] | "live" | "all";
  /** Whether endpoints come first, without their secrets. */
  withEndpoints: boolean;
  /** Told of a reminder whose `count` or `in` could not be made independent of when it is imported. */
  onNotPortable(id: string): void;
}

/** Reads what there is page by page, and tells it as `belfry import` takes it. */
export async function* exportLines(
  client: Client,
  request: ExportRequest,
): AsyncGenerator<ReminderLine | EndpointLine, void> {
  if (request.withEndpoints) {
    for await (const { name, url, state } of client.endpoints.all({ limit: PAGE }))
      yield { endpoint: { name, url, state } };
  }
  for await (const reminder of remindersOf(client, request.state)) {
    const askComing = () => client.reminders.occurrences(reminder.id, MOST_COMING);
    const { schedule, isPortable } = await portableSchedule(reminder, askComing);
    if (!isPortable) request.onNotPortable(reminder.id);
    yield lineOf(reminder, schedule);
  }
}

async function* remindersOf(client: Client, state: ExportRequest["state"]): AsyncGenerator<Reminder, void> {
  if (state === "all") return yield* client.reminders.all({ limit: PAGE });
  if (state !== "live") return yield* client.reminders.all({ state, limit: PAGE });
  // Whoever is resumed between the two lists stands in both; no one may be written twice.
  const paused = new Set<string>();
  for await (const reminder of client.reminders.all({ state: "paused", limit: PAGE })) {
    paused.add(reminder.id);
    yield reminder;
  }
  for await (const reminder of client.reminders.all({ state: "active", limit: PAGE }))
    if (!paused.has(reminder.id)) yield reminder;
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
