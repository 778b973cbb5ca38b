import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createApiRig, type Sent } from "./app-fixture.ts";

const text = fc.string({ unit: "binary" });
const json = fc.jsonValue({ stringUnit: "binary" });
const instant = fc
  .date({ noInvalidDate: true, min: new Date("0000-01-01"), max: new Date("9999-12-31") })
  .map((date) => date.toISOString());

const schedule = fc.oneof(
  json,
  fc.record({ at: fc.oneof(text, instant) }),
  fc.record({ in: fc.oneof(text, fc.constantFrom("PT1S", "P1D", "PT0S", "-PT1S", "P99999999D")) }),
  fc.record({
    every: fc.constantFrom("PT1S", "PT0S", "P1D", "x"),
    count: fc.integer(),
    start: fc.oneof(text, instant),
  }),
  fc.record({
    cron: fc.oneof(text, fc.constantFrom("* * * * *", "0 0 29 2 *")),
    timeZone: fc.oneof(text, fc.constant("UTC")),
  }),
  fc.record({
    rrule: fc.constantFrom("FREQ=DAILY", "FREQ=YEARLY;BYYEARDAY=366", "x"),
    start: fc.oneof(text, fc.constant("2026-03-01T09:00")),
  }),
  fc.record({
    yearly: fc.oneof(
      json,
      fc.record({ on: fc.constantFrom("02-29", "x"), time: fc.constantFrom("09:00", "x") }),
    ),
  }),
  fc.record({ text }),
);

/** A right request with one field changed into anything: with more of them hardly one would come past the first check. */
function changed(right: object, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  const changes = Object.entries(fields).map(([name, value]) =>
    value.map((given) => ({ ...right, [name]: given })),
  );
  return fc.oneof(fc.constant(right), ...changes);
}

const right = { schedule: { in: "PT1H" }, to: { channel: "inbox" }, content: { text: "Ring" } };
const reminder = changed(right, {
  schedule,
  to: fc.oneof(
    json,
    fc.record({ channel: fc.constantFrom("webhook", "x"), address: fc.oneof(text, fc.webUrl()) }),
  ),
  message: fc.oneof(text, json),
  content: fc.oneof(json, fc.record({ text, title: text, html: text, data: json }, { requiredKeys: [] })),
  catchUp: json,
  usefulFor: fc.oneof(text, fc.constantFrom("PT1H", "P1Y")),
  retry: fc.oneof(json, fc.record({ maxAttempts: fc.double(), initial: text })),
  inDoubt: json,
  metadata: fc.oneof(json, fc.dictionary(text, json)),
});
const preview = changed(
  { schedule: { cron: "0 9 * * *" } },
  { schedule, timeZone: text, after: fc.oneof(text, instant), count: fc.oneof(fc.double(), fc.nat(1000)) },
);
const endpoint = fc
  .nat()
  .chain((number) =>
    changed(
      { name: `e${number}`, url: "https://example.com/" },
      { name: text, url: fc.oneof(text, fc.webUrl()), secrets: fc.oneof(json, fc.array(text)), state: json },
    ),
  );

const key = changed(
  { name: "a key", scopes: ["read"] },
  { name: text, scopes: fc.oneof(json, fc.array(text)), expiresAt: fc.oneof(text, instant) },
);
const tenant = changed(
  { name: "a tenant", timeZone: "UTC" },
  {
    id: fc.oneof(
      text,
      text.map((part) => `tnt_${part}`),
    ),
    name: text,
    timeZone: text,
  },
);

const recipient = changed(
  { externalId: "one", addresses: { webhook: "https://example.com/" }, timeZone: "Europe/Paris" },
  {
    externalId: fc.oneof(text, json),
    firstName: fc.oneof(text, json),
    addresses: fc.oneof(
      json,
      fc.dictionary(
        fc.oneof(text, fc.constantFrom("sms", "email", "telegram", "slack")),
        fc.oneof(text, json),
      ),
      fc.record({ email: fc.emailAddress(), slack: fc.webUrl() }),
    ),
    channels: fc.oneof(json, fc.array(fc.oneof(text, fc.constantFrom("sms", "x")))),
    timeZone: fc.oneof(text, json, fc.constantFrom("EST", "+02:00", "US/Eastern")),
    locale: fc.oneof(text, json, fc.constantFrom("en", "pt-br", "en_GB")),
    dates: fc.oneof(
      json,
      fc.dictionary(
        fc.oneof(text, fc.constant("birthday")),
        fc.oneof(text, fc.constantFrom("--02-29", "2001-02-29")),
      ),
    ),
    quietHours: fc.oneof(json, fc.record({ from: text, to: fc.constant("07:00"), days: json })),
    tags: fc.oneof(json, fc.array(text)),
    attributes: fc.oneof(json, fc.dictionary(text, json)),
  },
);
const user = changed(
  { firstName: "Ada", lastName: "Lovelace", birthday: "1990-12-10", timeZone: "UTC" },
  { firstName: json, birthday: fc.oneof(text, json, instant), timeZone: fc.oneof(text, json) },
);

const eventTime = fc.oneof(
  text,
  json,
  instant,
  fc.constantFrom("2026-03-10", "2026-03-10T09:00", "9999-12-31", "0001-01-01"),
);
const calendarEvent = changed(
  { owner: "one", uid: "u", title: "Lunch", start: "2026-03-10T12:00:00Z" },
  {
    owner: fc.oneof(text, json),
    uid: fc.oneof(text, json),
    title: fc.oneof(text, json),
    description: fc.oneof(text, json),
    start: eventTime,
    end: eventTime,
    timeZone: fc.oneof(text, json, fc.constantFrom("EST", "Europe/Paris")),
  },
);

const snooze = changed({ for: "PT1M" }, { for: fc.oneof(text, json), until: fc.oneof(text, instant) });
const bulkRetry = changed(
  { filter: {} },
  {
    filter: changed(
      {},
      { state: json, channel: text, reminder: text, since: instant, until: text, error: text },
    ),
    dryRun: json,
    limit: fc.double(),
  },
);

const posts = fc.oneof(
  post("/v1/reminders", fc.oneof({ weight: 5, arbitrary: reminder }, json)),
  post(
    "/v1/reminders/batch",
    fc.record({ reminders: fc.oneof(fc.array(fc.oneof(reminder, json), { maxLength: 5 }), json) }),
  ),
  post("/v1/schedules/preview", fc.oneof({ weight: 5, arbitrary: preview }, json)),
  post("/v1/endpoints", fc.oneof({ weight: 5, arbitrary: endpoint }, json)),
  post("/v1/deliveries/dlv_1/retry", json),
  post("/v1/deliveries/retry", fc.oneof({ weight: 5, arbitrary: bulkRetry }, json)),
  post("/v1/deliveries/dlv_1/snooze", fc.oneof({ weight: 5, arbitrary: snooze }, json)),
  post("/v1/reminders/rem_1/snooze", fc.oneof({ weight: 5, arbitrary: snooze }, json)),
  post("/v1/reminders/rem_1/trigger", json),
  post("/v1/reminders/rem_1/pause", json),
  post("/v1/reminders/rem_1/resume", fc.oneof(fc.record({ missed: json }), json)),
  post("/v1/reminders/rem_1/skip", fc.oneof(fc.record({ occurrence: fc.oneof(text, instant) }), json)),
  fc.record({
    method: fc.constant("PATCH"),
    path: fc.constant("/v1/reminders/rem_1"),
    body: fc.oneof({ weight: 5, arbitrary: reminder }, json),
    headers: fc.oneof(fc.constant({}), fc.record({ "if-match": fc.stringMatching(/^[\x21-\x7e]{1,9}$/) })),
  }),
  post("/v1/recipients", fc.oneof({ weight: 5, arbitrary: recipient }, json)),
  post(
    "/v1/recipients/batch",
    fc.record({ recipients: fc.oneof(fc.array(fc.oneof(recipient, json), { maxLength: 5 }), json) }),
  ),
  post("/v1/calendar-events", fc.oneof({ weight: 5, arbitrary: calendarEvent }, json)),
  post(
    "/v1/calendar-events/batch",
    fc.record({ events: fc.oneof(fc.array(fc.oneof(calendarEvent, json), { maxLength: 5 }), json) }),
  ),
  fc.record({
    method: fc.constantFrom("PUT", "PATCH"),
    path: fc.constant("/v1/calendar-events/evt_1"),
    body: fc.oneof({ weight: 5, arbitrary: calendarEvent }, json),
  }),
  post("/v1/recipients/one/calendar", json),
  post("/user", fc.oneof({ weight: 5, arbitrary: user }, json)),
  fc.record({
    method: fc.constantFrom("PUT", "PATCH"),
    path: fc.constant("/v1/recipients/one"),
    body: fc.oneof({ weight: 5, arbitrary: recipient }, json),
  }),
  post("/v1/keys", fc.oneof({ weight: 5, arbitrary: key }, json)),
  post("/v1/tenants", fc.oneof({ weight: 5, arbitrary: tenant }, json)),
  fc.record({
    method: fc.constant("PATCH"),
    path: fc.constant("/v1/endpoints/a"),
    body: fc.oneof(endpoint, json),
  }),
);

function post(path: string, body: fc.Arbitrary<unknown>): fc.Arbitrary<Sent> {
  const headers = fc.oneof(
    fc.constant({}),
    fc.record({ "idempotency-key": fc.stringMatching(/^[\x21-\x7e]{1,2}$/) }),
  );
  return fc.record({ method: fc.constant("POST"), path: fc.constant(path), body, headers });
}

/** Sends many, and gives back which statuses came. */
async function statusesOf(arbitrary: fc.Arbitrary<Sent>): Promise<Set<number>> {
  const { send, logged } = await createApiRig();
  const seen = new Set<number>();
  const { body } = await send({ method: "POST", path: "/v1/reminders", body: right });
  const property = fc.asyncProperty(arbitrary, async (sent) => {
    // So that what is done to a reminder is done to one that is there.
    const path = sent.path.replace("rem_1", String(body.id));
    const { status } = await send({ ...sent, path });
    expect(status, JSON.stringify(logged.at(-1))).toBeLessThan(500);
    seen.add(status);
  });
  await fc.assert(property, { numRuns: 800 });
  return seen;
}

describe("createApp()", () => {
  test("never answers 5xx to any JSON", async () => {
    const seen = await statusesOf(posts);
    for (const status of [200, 201, 400]) expect(seen).toContain(status);
  });

  test("never answers 5xx to any text", async () => {
    const broken = fc.oneof(
      text,
      fc.json().map((whole) => whole.slice(1)),
    );
    expect(await statusesOf(post("/v1/reminders", broken))).toContain(400);
  });

  test("never answers 5xx to any path, query, method or header", async () => {
    const end = fc.oneof(
      text.map((part) => encodeURIComponent(part.toWellFormed())),
      fc.string().map((part) => part.replaceAll("#", "")),
      fc.webPath(),
    );
    const starts = [
      "/",
      "/v1/",
      "/v1/reminders/",
      "/v1/deliveries/",
      "/v1/endpoints/",
      "/v1/keys/",
      "/v1/recipients/",
      "/v1/recipients?tag=",
      "/v1/recipients?attribute=",
      "/v1/recipients?search=",
      "/v1/recipients/one/calendar?address=",
      "/v1/calendar-events/",
      "/v1/calendar-events?owner=",
      "/v1/calendar-events?from=",
      "/calendar/",
      "/user/",
      "/v1/tenants/",
      "/v1/inbox?",
      "/v1/reminders?",
      "/v1/events?",
      "/v1/events?after=",
      "/v1/events?types=",
      "/v1/reminders/rem_1/occurrences?count=",
    ];
    const path = fc.tuple(fc.constantFrom(...starts), end).map((parts) => parts.join(""));
    const lists = [
      "reminders",
      "deliveries",
      "endpoints",
      "inbox",
      "keys",
      "tenants",
      "events",
      "recipients",
      "calendar-events",
    ];
    const cursor = fc.tuple(fc.constantFrom(...lists), json).map(([list, parts]) => {
      return `/v1/${list}?cursor=${Buffer.from(JSON.stringify(parts)).toString("base64url")}`;
    });
    const names = [
      ...["x-request-id", "idempotency-key", "if-match", "last-event-id"],
      ...["accept", "content-length", "authorization"],
    ];
    const headers = fc.dictionary(fc.constantFrom(...names), fc.stringMatching(/^[\x21-\x7e]*$/));
    const method = fc.constantFrom("GET", "HEAD", "DELETE", "OPTIONS", "PUT");
    const asked = fc.oneof(path, cursor).filter((one) => URL.canParse(one, "http://localhost"));
    expect(await statusesOf(fc.record({ method, path: asked, headers }))).toContain(404);
  });
});
