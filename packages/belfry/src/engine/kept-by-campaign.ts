import { ConflictError } from "../domain/errors.ts";
import type { Engine } from "./engine.ts";
import type { EngineDeps } from "./ports.ts";

/** What a campaign says of its reminders is changed in the campaign alone: it would say it again at its next change. */
export function createKeptGuard({ store }: Pick<EngineDeps, "store">) {
  const refuseKept = async (tenantId: string, id: string, verb: string): Promise<void> => {
    const campaignId = (await store.findReminder(tenantId, id))?.reminder.campaignId ?? null;
    if (campaignId === null) return;
    const message = `Cannot ${verb} the reminder: the campaign ${campaignId} keeps it; change that, or pause the reminder`;
    throw new ConflictError("kept_by_campaign", message);
  };
  return <Own extends Pick<Engine, "edit" | "cancel">>(own: Own): Pick<Engine, "edit" | "cancel"> => ({
    edit: async (tenant, id, patch, options) => {
      await refuseKept(tenant.id, id, "change");
      return own.edit(tenant, id, patch, options);
    },
    cancel: async (tenantId, id, options) => {
      await refuseKept(tenantId, id, "cancel");
      return own.cancel(tenantId, id, options);
    },
  });
}
