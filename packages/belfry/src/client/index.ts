// The package's entry for programs that talk to a server: `import { createClient } from "belfry/client"`.
export type { AcknowledgedResource } from "../http/schemas/acknowledgement.ts";
export type { BulkRetryInput, BulkRetryResource } from "../http/schemas/bulk-retry.ts";
export type {
  CalendarEventBatchResource,
  CalendarEventContentInput,
  CalendarEventInput,
  CalendarEventPatchInput,
  CalendarEventResource,
} from "../http/schemas/calendar-event.ts";
export type { CalendarAddressResource, CreatedAddressResource } from "../http/schemas/calendar-feed.ts";
export type { CampaignPreviewResource, CampaignResource } from "../http/schemas/campaign.ts";
export type { CampaignInput, CampaignPatchInput } from "../http/schemas/campaign-request.ts";
export type { ComingOccurrencesResource } from "../http/schemas/coming-occurrence.ts";
export type {
  DeliveryRecordResource,
  DeliveryResource,
  DeliveryStoryResource,
} from "../http/schemas/delivery.ts";
export type { EndpointInput, EndpointPatchInput, EndpointResource } from "../http/schemas/endpoint.ts";
export type { EventResource } from "../http/schemas/event.ts";
export type {
  DeliveryExplanationResource,
  ReminderExplanationResource,
} from "../http/schemas/explanation.ts";
export type { InboxMessageResource } from "../http/schemas/inbox.ts";
export type { CreatedKeyResource, CurrentKeyResource, KeyInput, KeyResource } from "../http/schemas/key.ts";
export type { PageResource } from "../http/schemas/page.ts";
export type { PreviewRequestInput, PreviewResource } from "../http/schemas/preview.ts";
export type { FieldError, Problem } from "../http/schemas/problem.ts";
export type { RecipientInput, RecipientPatchInput, RecipientResource } from "../http/schemas/recipient.ts";
export type { RecipientBatchResource, RecipientUpsertInput } from "../http/schemas/recipient-batch.ts";
export type {
  BatchResource,
  CancelledReminderResource,
  ChangedReminderResource,
  MinimalBatchResource,
  ReminderInput,
  ReminderResource,
  SkippedReminderResource,
} from "../http/schemas/reminder.ts";
export type { ReminderPatchInput } from "../http/schemas/reminder-patch.ts";
export type { ResumeInput, SkipInput } from "../http/schemas/reminder-state.ts";
export type { SnoozeInput } from "../http/schemas/snooze.ts";
export type { StatsResource } from "../http/schemas/stats.ts";
export type {
  CreatedTenantResource,
  TenantInput,
  TenantPatchInput,
  TenantResource,
} from "../http/schemas/tenant.ts";
export { ApiError, UnreachableError } from "./api-error.ts";
export {
  type BatchOptions,
  type CalendarListFilter,
  type ChangeOptions,
  type Client,
  type ClientOptions,
  type CreateBatch,
  createClient,
  type DeliveryListFilter,
  type EventOptions,
  type LostStream,
  type PageOptions,
  type PostOptions,
  type RecipientListFilter,
  type ReminderFilter,
  type RevisionOptions,
} from "./client.ts";
