import type { EngineDeps } from "./ports.ts";
import type { RecipientEngine } from "./recipient-engine.ts";
import type { Following } from "./recipients.ts";

/**
 * Who is reminded. What reads a description is loaded when the first is asked for: every country's phone numbers and
 * what an email address may be take 3 MB, and a worker or a scheduler is never asked.
 */
export function createRecipientService(deps: EngineDeps, following: Following): RecipientEngine {
  let made: RecipientEngine | undefined;
  const service = async (): Promise<RecipientEngine> => {
    made ??= (await import("./recipients.ts")).createRecipients(deps, following);
    return made;
  };
  return {
    findRecipient: async (...given) => (await service()).findRecipient(...given),
    createRecipient: async (...given) => (await service()).createRecipient(...given),
    replaceRecipient: async (...given) => (await service()).replaceRecipient(...given),
    patchRecipient: async (...given) => (await service()).patchRecipient(...given),
    deleteRecipient: async (...given) => (await service()).deleteRecipient(...given),
    upsertRecipients: async (...given) => (await service()).upsertRecipients(...given),
  };
}
