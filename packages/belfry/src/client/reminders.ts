import type { ComingOccurrencesResource } from "../http/schemas/coming-occurrence.ts";
import type { DeliveryResource } from "../http/schemas/delivery.ts";
import type { ReminderExplanationResource } from "../http/schemas/explanation.ts";
import type {
  BatchResource,
  CancelledReminderResource,
  ChangedReminderResource,
  MinimalBatchResource,
  ReminderInput,
  ReminderResource,
  SkippedReminderResource,
} from "../http/schemas/reminder.ts";
import type { ReminderPatchInput } from "../http/schemas/reminder-patch.ts";
import type { ResumeInput, SkipInput } from "../http/schemas/reminder-state.ts";
import type { SnoozeInput } from "../http/schemas/snooze.ts";
import { listOf } from "./list.ts";
import type { PostOptions, RevisionOptions, Transport } from "./transport.ts";

export type ReminderFilter = { state?: ReminderResource["state"] };

/** How a POST that changes a reminder is made. */
export type ChangeOptions = PostOptions & RevisionOptions;

/** How a batch is made. */
export type BatchOptions = PostOptions & {
  /** `minimal`: of each reminder that is accepted the id alone, which is answered sooner; default: all of it. */
  return?: "minimal" | undefined;
};

/** Creates up to 1000 reminders in one call. */
export interface CreateBatch {
  (
    reminders: readonly ReminderInput[],
    options: PostOptions & { return: "minimal" },
  ): Promise<MinimalBatchResource>;
  (
    reminders: readonly ReminderInput[],
    options?: PostOptions & { return?: undefined },
  ): Promise<BatchResource>;
  (
    reminders: readonly ReminderInput[],
    options?: BatchOptions,
  ): Promise<BatchResource | MinimalBatchResource>;
}

const PATH = "/v1/reminders";

/** The reminders of the tenant whose key the client bears. */
export function remindersOf(send: Transport) {
  return {
    create: (reminder: ReminderInput, options: PostOptions = {}) =>
      send<ReminderResource>({ method: "POST", path: PATH, body: reminder, ...options }),
    /** Answers item by item: look at the `status` of each. */
    createBatch: batchesOf(send),
    get: (id: string) => send<ReminderResource>({ method: "GET", path: pathOf(id) }),
    cancel: (id: string, options: RevisionOptions = {}) =>
      send<CancelledReminderResource>({ method: "DELETE", path: pathOf(id), ...options }),
    /** Why it rings when it does, or does not; `text` says it in sentences. @param occurrence a nominal time */
    explain: (id: string, { occurrence }: { occurrence?: string } = {}) =>
      send<ReminderExplanationResource>({
        method: "GET",
        path: pathOf(id, "explain"),
        query: occurrence === undefined ? {} : { occurrence },
      }),
    /** What is to come, soonest first. @param count 1 to 100; default 10 */
    occurrences: async (id: string, count?: number) => {
      const query = count === undefined ? {} : { count };
      const path = pathOf(id, "occurrences");
      return (await send<ComingOccurrencesResource>({ method: "GET", path, query })).occurrences;
    },
    ...listOf<ReminderResource, ReminderFilter>(send, PATH),
    ...changesOf(send),
  };
}

function batchesOf(send: Transport): CreateBatch {
  return (reminders: readonly ReminderInput[], { return: returned, ...options }: BatchOptions = {}) =>
    send<BatchResource & MinimalBatchResource>({
      method: "POST",
      path: `${PATH}/batch`,
      body: { reminders },
      ...(returned === "minimal" ? { prefer: "return=minimal" } : {}),
      ...options,
    });
}

function changesOf(send: Transport) {
  const post = <Answer>(path: string, body: unknown, options: ChangeOptions): Promise<Answer> =>
    send<Answer>({ method: "POST", path, body, ...options });
  return {
    /** Replaces what is given; null brings a default back. */
    update: (id: string, patch: ReminderPatchInput, options: RevisionOptions = {}) =>
      send<ChangedReminderResource>({ method: "PATCH", path: pathOf(id), body: patch, ...options }),
    pause: (id: string, options: ChangeOptions = {}) =>
      post<ChangedReminderResource>(pathOf(id, "pause"), undefined, options),
    /** `missed` says which occurrences of the pause are sent now; default: as the reminder's `catchUp` says. */
    resume: (id: string, { missed, ...options }: ResumeInput & ChangeOptions = {}) =>
      post<ChangedReminderResource>(pathOf(id, "resume"), missed === undefined ? {} : { missed }, options),
    /** `occurrence` is a nominal time; default: the next one. */
    skip: (id: string, { occurrence, ...options }: SkipInput & ChangeOptions = {}) =>
      post<SkippedReminderResource>(
        pathOf(id, "skip"),
        occurrence === undefined ? {} : { occurrence },
        options,
      ),
    /** Rings once now, besides the rule. */
    trigger: (id: string, options: PostOptions = {}) =>
      post<DeliveryResource>(pathOf(id, "trigger"), undefined, options),
    /** Rings once more, later; the rule is not shifted. */
    snooze: (id: string, request: SnoozeInput, options: PostOptions = {}) =>
      post<DeliveryResource>(pathOf(id, "snooze"), request, options),
  };
}

function pathOf(id: string, action?: string): string {
  const path = `${PATH}/${encodeURIComponent(id)}`;
  return action === undefined ? path : `${path}/${action}`;
}
