import type { CommandGroup } from "../command-group.ts";

export const PEOPLE: CommandGroup = {
  title: "People:",
  entries: [
    {
      name: "recipients",
      load: async () => (await import("../commands/recipients.ts")).recipientsCommand,
      reach: "server",
      seeAlso: ["add", "list"],
    },
    {
      name: "calendar",
      load: async () => (await import("../commands/calendar.ts")).calendarCommand,
      reach: "server",
      seeAlso: ["recipients", "inbox"],
    },
    {
      name: "campaign",
      load: async () => (await import("../commands/campaign.ts")).campaignCommand,
      reach: "server",
      seeAlso: ["campaigns", "recipients"],
    },
    {
      name: "campaigns",
      load: async () => (await import("../commands/campaigns.ts")).campaignsCommand,
      reach: "server",
      seeAlso: ["campaign", "recipients"],
    },
  ],
};
