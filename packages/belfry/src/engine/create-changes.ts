import { createAcknowledging } from "./acknowledge.ts";
import type { Changing, Hands } from "./change.ts";
import { comingOccurrences } from "./coming.ts";
import { editing } from "./edit.ts";
import { pausing, resuming } from "./pause.ts";
import type { EngineDeps } from "./ports.ts";
import type { ReminderChanges } from "./reminder-changes.ts";
import { createRinging } from "./ring.ts";
import { skipping, skippingFrom } from "./skip.ts";

interface ChangeParts {
  change: Changing;
  hands: Hands;
  onStored: (sendAtMs: number) => void;
}

/** Every way to change a reminder that is there. */
export function createChanges(deps: EngineDeps, { change, hands, onStored }: ChangeParts): ReminderChanges {
  return {
    edit: (tenant, id, patch, options) => change({ tenant, id }, editing(deps, patch), options),
    pause: (tenant, id, options) => change({ tenant, id }, pausing(deps), options),
    resume: (tenant, id, options) => change({ tenant, id }, resuming(deps, options?.missed), options),
    skip: (tenant, id, options) => change({ tenant, id }, skipping(deps, options?.occurrence), options),
    skipFrom: skippingFrom(deps, change),
    acknowledge: createAcknowledging(deps, hands),
    ring: createRinging(deps, { hands, onStored }),
    occurrences: (tenantId, id, count) => comingOccurrences(deps, { tenantId, id, count }),
  };
}
