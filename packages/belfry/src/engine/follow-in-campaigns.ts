import type { StepRecipients } from "./campaign-step.ts";
import type { FollowInCampaigns } from "./in-step.ts";
import type { EngineDeps } from "./ports.ts";

/** Has a recipient enter and leave campaigns; of one who was deleted, all reminders are cancelled anyway. */
export function createFollowInCampaigns({ store }: EngineDeps, step: StepRecipients): FollowInCampaigns {
  return async (tenant, _recipientId, recipient) => {
    if (!recipient) return;
    for (const campaign of await store.findOpenCampaigns(tenant.id))
      await step({ tenant, campaign, recipients: [recipient] });
  };
}
