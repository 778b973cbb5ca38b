import { asOfCampaign } from "../domain/campaign.ts";
import type { Page, ReminderView, Store } from "../store/store.ts";

type Campaigns = Pick<Store, "findCampaign">;

/** Reminders that campaigns keep, with what their campaigns say: that is said once, for all of them. */
export async function withCampaignWords(
  { findCampaign }: Campaigns,
  views: readonly ReminderView[],
): Promise<ReminderView[]> {
  const known = new Map<string, ReturnType<Store["findCampaign"]>>();
  return Promise.all(
    views.map(async (view) => {
      const { tenantId, campaignId } = view.reminder;
      if (campaignId === null) return view;
      const asked = known.get(campaignId) ?? findCampaign(tenantId, campaignId);
      known.set(campaignId, asked);
      const campaign = await asked;
      return campaign ? { ...view, reminder: asOfCampaign(view.reminder, campaign) } : view;
    }),
  );
}

/** The same of one page. */
export async function pageWithCampaignWords(
  store: Campaigns,
  page: Page<ReminderView>,
): Promise<Page<ReminderView>> {
  return { ...page, items: await withCampaignWords(store, page.items) };
}

/** The same of one. */
export async function viewWithCampaignWords(store: Campaigns, view: ReminderView): Promise<ReminderView> {
  const [shown = view] = await withCampaignWords(store, [view]);
  return shown;
}

/** What makes of one reminder's views that with its campaign's words, for answers that are made at once. */
export async function wordsOfCampaign(
  { findReminder, findCampaign }: Pick<Store, "findReminder" | "findCampaign">,
  tenantId: string,
  reminderId: string,
): Promise<(view: ReminderView) => ReminderView> {
  const campaignId = (await findReminder(tenantId, reminderId))?.reminder.campaignId ?? null;
  const campaign = campaignId === null ? null : await findCampaign(tenantId, campaignId);
  return (view) => (campaign ? { ...view, reminder: asOfCampaign(view.reminder, campaign) } : view);
}
