import type { Client } from "../../client/client.ts";
import type { Audience } from "../../domain/campaign.ts";
import type { SimulatedCampaign, SimulatedRecipient, SimulatedReminder } from "../../domain/simulation.ts";
import type { Target } from "../../domain/target.ts";
import { allPages } from "../all-pages.ts";
import type { CliContext } from "../context.ts";
import { patiently } from "../patience.ts";
import type { Campaign, Recipient, Reminder } from "../resources.ts";
import { MOST_COMING, portableSchedule } from "../transfer/portable-schedule.ts";

/** What of a server is rehearsed; nothing named: all that there is. */
export interface CopyRequest {
  reminder?: string;
  campaign?: string;
  context: CliContext;
  signal: AbortSignal;
}

/** What a server has, as a simulation takes it. */
export interface ServerCopy {
  recipients: SimulatedRecipient[];
  reminders: SimulatedReminder[];
  campaigns: SimulatedCampaign[];
  /** Those that ring no more, or rest. */
  leftOut: { id: string; reason: string }[];
}

/** Reads a server; nothing is changed there. @throws ApiError, UnreachableError, CommandFailure */
export async function copyServer(client: Client, request: CopyRequest): Promise<ServerCopy> {
  const copy: ServerCopy = { recipients: [], reminders: [], campaigns: [], leftOut: [] };
  if (request.campaign === undefined)
    for await (const reminder of remindersOf(client, request))
      await addReminder(client, { reminder, request, copy });
  if (request.reminder === undefined)
    for await (const campaign of campaignsOf(client, request)) addCampaign(campaign, copy);
  if (copy.campaigns.length > 0 || copy.reminders.some(({ to }) => "recipient" in to)) {
    for await (const recipient of allPages(client.recipients, {}, request))
      copy.recipients.push(recipientOf(recipient));
  }
  return copy;
}

async function* remindersOf({ reminders }: Client, request: CopyRequest): AsyncGenerator<Reminder, void> {
  const { reminder } = request;
  if (reminder !== undefined) yield await patiently(() => reminders.get(reminder), request);
  // What a campaign keeps comes with the campaign.
  else
    for await (const one of allPages(reminders, { state: "active" as const }, request))
      if (one.campaignId === null) yield one;
}

async function* campaignsOf({ campaigns }: Client, request: CopyRequest): AsyncGenerator<Campaign, void> {
  const { campaign } = request;
  if (campaign !== undefined) yield await patiently(() => campaigns.get(campaign), request);
  else for await (const one of allPages(campaigns, {}, request)) if (one.state === "active") yield one;
}

interface Adding {
  reminder: Reminder;
  request: CopyRequest;
  copy: ServerCopy;
}

/** What counts from its acceptance is told so that it rings at the same instants. */
async function addReminder(client: Client, { reminder, request, copy }: Adding): Promise<void> {
  const { id, state, to } = reminder;
  if (state !== "active") {
    copy.leftOut.push({ id, reason: `it is ${state}` });
    return;
  }
  const askComing = () => patiently(() => client.reminders.occurrences(id, MOST_COMING), request);
  const { schedule } = await portableSchedule(reminder, askComing);
  copy.reminders.push({ ...ruleOf(reminder), id, to: to as Target, schedule });
}

function addCampaign(campaign: Campaign, copy: ServerCopy): void {
  const { id, state, audience, channels, mode, endpoint } = campaign;
  if (state !== "active") copy.leftOut.push({ id, reason: `it is ${state}` });
  else
    copy.campaigns.push({
      ...ruleOf(campaign),
      id,
      audience: audience as Audience,
      mode,
      ...(channels && { channels }),
      ...(endpoint !== null && endpoint !== undefined && { endpoint }),
    });
}

/** What the API gives is what it takes. */
function ruleOf({ schedule, content, catchUp, usefulFor, spread, urgent, repeat }: Reminder | Campaign) {
  return {
    schedule,
    content: content as SimulatedReminder["content"],
    catchUp,
    usefulFor,
    urgent,
    ...(spread !== null && { spread }),
    ...(repeat !== null && { repeat: repeat as NonNullable<SimulatedReminder["repeat"]> }),
  };
}

function recipientOf({
  id,
  externalId,
  revision,
  createdAt,
  updatedAt,
  ...profile
}: Recipient): SimulatedRecipient {
  return { ...(profile as Partial<SimulatedRecipient>), id, name: externalId ?? id };
}
