import type { CliContext } from "./context.ts";
import { durationText } from "./duration-text.ts";
import { counted } from "./number-text.ts";
import type { Tone } from "./output.ts";
import { messageText, renderFields } from "./reminder-text.ts";
import type { Campaign, CampaignPreview } from "./resources.ts";
import { oneLine, renderTable } from "./table.ts";
import { distance, longTime } from "./time-text.ts";

/** Zones that are told one by one. */
const MOST_ZONES = 10;

/** Campaigns as a table for people. */
export function renderCampaigns(campaigns: readonly Campaign[], { output }: CliContext): string[] {
  return renderTable<Campaign>(
    [
      { title: "ID", text: (one) => one.id },
      { title: "STATE", text: (one) => one.state, paint: (text, one) => output.paint(tone(one), text) },
      { title: "REACHES", text: reachText, alignsRight: true },
      { title: "NAME", text: (one) => one.name, shrinks: true },
      { title: "SCHEDULE", text: (one) => JSON.stringify(one.schedule), shrinks: true },
      { title: "MESSAGE", text: (one) => messageText(one.content), shrinks: true },
    ],
    campaigns,
    output.width,
  );
}

function reachText({ state, progress: { isWalking, matched } }: Campaign): string {
  if (state === "stopped") return "-";
  return isWalking ? `${matched}…` : String(matched);
}

/** A campaign for people: a line for each thing that is known of it. */
export function renderCampaign(campaign: Campaign, context: CliContext): string[] {
  const { output, timeZone } = context;
  const { id, name, state, metadata, trigger } = campaign;
  const hasMetadata = Object.keys(metadata).length > 0;
  return renderFields(
    [
      ["campaign", output.paint("strong", id)],
      ["name", oneLine(name)],
      ["state", output.paint(tone(campaign), state)],
      ["message", messageText(campaign.content)],
      ["to", audienceText(campaign)],
      ["channels", channelText(campaign)],
      ["schedule", JSON.stringify(campaign.schedule)],
      ["if late", `catch up ${campaign.catchUp}; useful for ${durationText(campaign.usefulFor)}`],
      ["progress", progressText(campaign)],
      ["ringing", trigger ? `${trigger.rung} so far, since ${longTime(trigger.at, timeZone)}` : ""],
      [
        "events",
        campaign.eventsWithin ? `those that begin within ${durationText(campaign.eventsWithin)}` : "",
      ],
      ["metadata", hasMetadata ? JSON.stringify(metadata) : ""],
      ["added", longTime(campaign.createdAt, timeZone)],
      ["changed", `${longTime(campaign.updatedAt, timeZone)}, revision ${campaign.revision}`],
    ],
    context,
  );
}

function channelText({ channels, mode, endpoint }: Campaign): string {
  if (endpoint !== null) return `the endpoint ${endpoint}`;
  return channels ? `${channels.join(", ")}, ${mode}` : "those that each has chosen";
}

function audienceText({ audience: { tags = [], attributes = {} } }: Campaign): string {
  const named = Object.entries(attributes).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const all = [...tags.map((tag) => `tag ${tag}`), ...named];
  return all.length === 0 ? "everybody" : oneLine(`who has ${all.join(" and ")}`);
}

/** How far its reminders are in step with it. */
export function progressText({ state, progress }: Pick<Campaign, "state" | "progress">): string {
  const { isWalking, lookedAt, matched } = progress;
  const seen = counted(lookedAt, "recipient");
  if (state === "stopped") return isWalking ? `cancelled ${lookedAt} so far` : "all is cancelled";
  return isWalking
    ? `looked at ${seen} so far, of whom ${matched} match; going on`
    : `${matched} of ${seen} match`;
}

/** What a campaign does, for people. */
export function renderPreview(preview: CampaignPreview, context: CliContext): string[] {
  const { output } = context;
  return [
    output.paint("strong", preview.text),
    reachedText(preview),
    ...upcomingLines(preview, context),
    ...zoneLines(preview, context),
  ];
}

/** `Goes to 7 recipients (1 lacks the date, …).` */
export function reachedText(preview: CampaignPreview): string {
  const { recipients, withoutDate, unreachable, over, lookedAt, isComplete } = preview;
  const but = [
    withoutDate > 0 ? `${withoutDate} without the date, who get nothing until they have it` : "",
    unreachable > 0 ? `${unreachable} without a usable address` : "",
    over > 0 ? `${over} for whom nothing is to come` : "",
    isComplete ? "" : `counted among the first ${lookedAt} only`,
  ].filter((part) => part !== "");
  return `Goes to ${counted(recipients, "recipient")}${but.length > 0 ? ` (${but.join("; ")})` : ""}.`;
}

function upcomingLines({ upcoming }: CampaignPreview, { output, timeZone, now }: CliContext): string[] {
  if (upcoming.length === 0) return ["Nothing is to come."];
  return renderTable(
    [
      { title: "NOMINAL", text: (one) => one.nominal },
      { title: "ZONE", text: (one) => one.timeZone },
      { title: "RECIPIENTS", text: (one) => String(one.recipients), alignsRight: true },
      { title: "HERE", text: (one) => longTime(one.due, timeZone) },
      { title: "", text: (one) => distance(one.due, now()) },
      { title: "NOTE", text: (one) => one.resolution.note ?? "", shrinks: true },
    ],
    upcoming,
    output.width,
  );
}

function zoneLines({ timeZones }: CampaignPreview, { output, timeZone }: CliContext): string[] {
  if (timeZones.length === 0) return [];
  const more = timeZones.length - MOST_ZONES;
  const table = renderTable(
    [
      { title: "ZONE", text: (one) => one.timeZone },
      { title: "RECIPIENTS", text: (one) => String(one.recipients), alignsRight: true },
      {
        title: "CLOCKS CHANGE",
        text: ({ clockChanges: [first] }) => (first ? longTime(first.at, timeZone) : "-"),
      },
      { title: "", text: ({ clockChanges: [first] }) => first?.note ?? "", shrinks: true },
    ],
    timeZones.slice(0, MOST_ZONES),
    output.width,
  );
  return more > 0 ? [...table, `and ${counted(more, "zone")} more`] : table;
}

function tone({ state }: Campaign): Tone {
  if (state === "active") return "good";
  return state === "paused" ? "waiting" : "faint";
}
