import { Command, Option } from "commander";
import { progressText, renderCampaign, renderCampaigns, renderPreview } from "../campaign-text.ts";
import { familyCommand } from "../command-family.ts";
import type { CliContext } from "../context.ts";
import { forEachIdCommand } from "../id-command.ts";
import { listingCommand } from "../list-command.ts";
import type { Campaign } from "../resources.ts";
import { campaignEditCommand } from "./campaign-edit.ts";

const AFTER_HELP = `
A campaign is one schedule and one message for all recipients that it means. \`belfry campaign add\` and
\`belfry campaign birthday\` start one.

Examples:
  belfry campaigns
  belfry campaigns show cmp_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry campaigns pause cmp_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry campaigns edit cmp_01k9yz3t5v8m6n4q2r7s1w0xab --time 08:00`;

const LIST_HELP = `
REACHES counts those that matched when it was last changed; with … the count goes on.

Examples:
  belfry campaigns list
  belfry campaigns list --all --json | jq -r '.items[].id'`;

const SHOW_HELP = `
Examples:
  belfry campaigns show cmp_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry campaigns show cmp_01k9yz3t5v8m6n4q2r7s1w0xab --json | jq .progress`;

const PREVIEW_HELP = `
Examples:
  belfry campaigns preview cmp_01k9yz3t5v8m6n4q2r7s1w0xab`;

const PAUSE_HELP = `
Nothing of it is sent until it is resumed. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry campaigns pause cmp_01k9yz3t5v8m6n4q2r7s1w0xab`;

const RESUME_HELP = `
Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry campaigns resume cmp_01k9yz3t5v8m6n4q2r7s1w0xab
  belfry campaigns resume cmp_01k9yz3t5v8m6n4q2r7s1w0xab --missed none`;

const STOP_HELP = `
For good, with all that waits of it. Each id is reported; the exit code is 1 if any of them failed.

Examples:
  belfry campaigns stop cmp_01k9yz3t5v8m6n4q2r7s1w0xab`;

const TRIGGER_HELP = `
Rings every recipient of it once, besides the rule, which goes on as before. Each id is reported; the exit
code is 1 if any of them failed.

Examples:
  belfry campaigns trigger cmp_01k9yz3t5v8m6n4q2r7s1w0xab`;

/** \`belfry campaigns\`: what is sent to many. */
export function campaignsCommand(context: CliContext): Command {
  return familyCommand({
    name: "campaigns",
    description: "list, show, edit, pause, resume, stop or trigger campaigns",
    afterHelp: AFTER_HELP,
    members: [
      listCommand(context),
      showCommand(context),
      previewCommand(context),
      campaignEditCommand(context),
      pauseCommand(context),
      resumeCommand(context),
      stopCommand(context),
      triggerCommand(context),
    ],
  });
}

function listCommand(context: CliContext): Command {
  return listingCommand(
    {
      name: "list",
      description: "list campaigns, newest first",
      afterHelp: LIST_HELP,
      source: (client) => client.campaigns,
      render: renderCampaigns,
      nothing: 'There are no campaigns. Start one: belfry campaign birthday --message "Happy birthday"',
    },
    context,
  );
}

function showCommand(context: CliContext): Command {
  return new Command("show")
    .description("show a campaign, and how far it is")
    .argument("<id>", "cmp_…")
    .option("--json", "print the answer of the API")
    .addHelpText("after", SHOW_HELP)
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const campaign = await client.campaigns.get(id);
      if (json) return context.output.printJson(campaign);
      for (const line of renderCampaign(campaign, context)) context.output.print(line);
    });
}

function previewCommand(context: CliContext): Command {
  return new Command("preview")
    .description("show what a campaign does: to how many, when next, in which zones")
    .argument("<id>", "cmp_…")
    .option("--json", "print the answer of the API")
    .addHelpText("after", PREVIEW_HELP)
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { client } = await context.connect();
      const preview = await client.campaigns.previewOf(id);
      if (json) return context.output.printJson(preview);
      for (const line of renderPreview(preview, context)) context.output.print(line);
    });
}

const OF_ALL = { ids: "cmp_…", resource: "campaign" };

function pauseCommand(context: CliContext): Command {
  return forEachIdCommand<Campaign>(
    {
      ...OF_ALL,
      name: "pause",
      description: "send nothing of campaigns until they are resumed",
      afterHelp: PAUSE_HELP,
      action: "pause the campaign",
      run: (client, id) => client.campaigns.pause(id),
      say: ({ id }) => `Paused ${id}: nothing of it is sent until it is resumed.`,
    },
    context,
  );
}

function resumeCommand(context: CliContext): Command {
  return forEachIdCommand<Campaign, { missed?: Campaign["catchUp"] }>(
    {
      ...OF_ALL,
      name: "resume",
      description: "go on with paused campaigns",
      afterHelp: RESUME_HELP,
      options: [
        new Option(
          "--missed <policy>",
          "which occurrences of the pause to send now; default: as the campaign's catch-up policy says",
        ).choices(["latest", "all", "none"]),
      ],
      action: "resume the campaign",
      run: (client, id, { missed }) => client.campaigns.resume(id, missed === undefined ? {} : { missed }),
      say: (campaign) => `Resumed ${campaign.id}: ${progressText(campaign)}.`,
    },
    context,
  );
}

function stopCommand(context: CliContext): Command {
  return forEachIdCommand<Campaign>(
    {
      ...OF_ALL,
      name: "stop",
      description: "end campaigns for good, with all that waits of them",
      afterHelp: STOP_HELP,
      action: "stop the campaign",
      run: (client, id) => client.campaigns.stop(id),
      say: ({ id }) => `Stopped ${id}: what waits of it is being cancelled.`,
    },
    context,
  );
}

function triggerCommand(context: CliContext): Command {
  return forEachIdCommand<Campaign>(
    {
      ...OF_ALL,
      name: "trigger",
      description: "ring every recipient of campaigns once now, besides their rule",
      afterHelp: TRIGGER_HELP,
      action: "trigger the campaign",
      run: (client, id) => client.campaigns.trigger(id),
      say: ({ id }) => `Ringing all of ${id} now, in the background: \`belfry campaigns show ${id}\`.`,
    },
    context,
  );
}
