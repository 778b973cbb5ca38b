import { openApiText } from "./openapi.ts";
import type { Operation } from "./operation.ts";
import type { OperationOptions } from "./operation-list.ts";
import { acknowledgeLinkRoutes } from "./routes/acknowledge-link.ts";
import { calendarEventBatchRoute } from "./routes/calendar-event-batch.ts";
import { calendarEventRoutes } from "./routes/calendar-events.ts";
import { calendarFeedRoute } from "./routes/calendar-feed.ts";
import { campaignPreviewRoutes } from "./routes/campaign-previews.ts";
import { campaignStateRoutes } from "./routes/campaign-states.ts";
import { campaignRoutes } from "./routes/campaigns.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { deliveryChangeRoutes } from "./routes/delivery-changes.ts";
import { deliveryRetryRoutes } from "./routes/delivery-retry.ts";
import { docsRoute } from "./routes/docs.ts";
import { documentRoute } from "./routes/document.ts";
import { endpointRoutes } from "./routes/endpoints.ts";
import { eventsRoute } from "./routes/events.ts";
import { explainDeliveryRoute, explainReminderRoute } from "./routes/explain.ts";
import { healthRoutes, indexRoute } from "./routes/health.ts";
import { inboxRoute } from "./routes/inbox.ts";
import { keyRoutes } from "./routes/keys.ts";
import { metricsRoute } from "./routes/metrics.ts";
import { occurrencesRoute } from "./routes/occurrences.ts";
import { recipientBatchRoute } from "./routes/recipient-batch.ts";
import { recipientCalendarRoutes } from "./routes/recipient-calendar.ts";
import { recipientRoutes } from "./routes/recipients.ts";
import { reminderBatchRoute } from "./routes/reminder-batch.ts";
import { reminderEditRoute } from "./routes/reminder-edit.ts";
import { deliverySnoozeRoute, reminderRingRoutes } from "./routes/reminder-ring.ts";
import { reminderStateRoutes } from "./routes/reminder-states.ts";
import { reminderRoutes } from "./routes/reminders.ts";
import type { RouteDeps } from "./routes/route-deps.ts";
import { previewRoute } from "./routes/schedules.ts";
import { statsRoute } from "./routes/stats.ts";
import { tenantRoutes } from "./routes/tenants.ts";
import { userRoutes } from "./routes/users.ts";
import { workersRoute } from "./routes/workers.ts";

/** All that the API can do, in the order of the document, which is among it. */
export function allOperations(deps: RouteDeps, options: OperationOptions): Operation[] {
  const { version, renderMetrics } = options;
  const operations = [
    ...reminderOperations(deps),
    previewRoute(deps),
    ...recipientRoutes(deps),
    recipientBatchRoute(deps),
    ...userRoutes(deps),
    ...calendarOperations(deps),
    ...campaignRoutes(deps),
    ...campaignStateRoutes(deps),
    ...campaignPreviewRoutes(deps),
    ...deliveryRoutes(deps),
    ...deliveryRetryRoutes(deps),
    deliverySnoozeRoute(deps),
    ...deliveryChangeRoutes(deps),
    explainDeliveryRoute(deps),
    ...linkRoutes(deps),
    eventsRoute(deps),
    statsRoute(deps),
    ...endpointRoutes(deps),
    inboxRoute(deps),
    ...keyRoutes(deps),
    ...tenantRoutes(deps),
    workersRoute(deps),
    ...healthRoutes(deps),
    ...(renderMetrics ? [metricsRoute(renderMetrics)] : []),
    indexRoute(version, { docs: "/docs", openapi: "/openapi.json", health: "/healthz", ready: "/readyz" }),
  ];
  let text: string | undefined;
  const documentText = (): string => {
    text ??= openApiText(operations, version);
    return text;
  };
  operations.push(documentRoute(documentText), docsRoute(documentText));
  return operations;
}

function calendarOperations(deps: RouteDeps): Operation[] {
  return [
    ...calendarEventRoutes(deps),
    calendarEventBatchRoute(deps),
    ...recipientCalendarRoutes(deps),
    calendarFeedRoute(deps),
  ];
}

function linkRoutes({ links, ...deps }: RouteDeps): Operation[] {
  return links ? acknowledgeLinkRoutes({ ...deps, links }) : [];
}

function reminderOperations(deps: RouteDeps): Operation[] {
  return [
    ...reminderRoutes(deps),
    reminderBatchRoute(deps),
    reminderEditRoute(deps),
    ...reminderStateRoutes(deps),
    occurrencesRoute(deps),
    explainReminderRoute(deps),
    ...reminderRingRoutes(deps),
  ];
}
