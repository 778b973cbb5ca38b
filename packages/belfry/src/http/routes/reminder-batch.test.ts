import { describe, expect, test } from "vitest";
import { createApiRig } from "../app-fixture.ts";
import {
  type BatchResource,
  batchResultDocument,
  batchResultSchema,
  minimalBatchResultSchema,
} from "../schemas/reminder.ts";

const REMINDER = { schedule: { in: "P1D" }, to: { channel: "inbox" }, message: "Ring" };
const path = "/v1/reminders/batch";

describe("POST /v1/reminders/batch", () => {
  test("createBatch() answers item by item, in order, when some are wrong", async () => {
    const { send } = await createApiRig();
    const reminders = [
      { ...REMINDER, message: "one" },
      { ...REMINDER, message: 5 },
      "nonsense",
      { ...REMINDER, schedule: { cron: "never" } },
      { ...REMINDER, message: "five" },
    ];
    const { status, body, headers } = await send({ method: "POST", path, body: { reminders } });
    const instance = headers.get("x-request-id");
    expect(status).toBe(200);
    expect(batchResultSchema.parse(body)).toEqual(body);
    const { results } = body as BatchResource;
    expect(results.map((result) => result.status)).toEqual([201, 400, 400, 400, 201]);
    expect(results[1]).toMatchObject({
      problem: { code: "invalid_input", instance, errors: [{ path: "/message", value: 5 }] },
    });
    expect(results[2]).toMatchObject({ problem: { errors: [{ path: "", value: "nonsense" }] } });
    expect(results[3]).toMatchObject({ problem: { errors: [{ path: "/schedule/cron", value: "never" }] } });
    expect(results[4]).toMatchObject({ reminder: { content: { text: "five" } } });
    expect((await send({ path: "/v1/reminders" })).body.items).toHaveLength(2);
  });

  test("createBatch() answers with ids alone when as little as will do is preferred", async () => {
    const { send } = await createApiRig();
    const body = { reminders: [REMINDER, { ...REMINDER, message: 5 }] };
    const headers = { prefer: "return=minimal", "idempotency-key": "order-4711" };
    const minimal = await send({ method: "POST", path, body, headers });
    expect(minimal.headers.get("preference-applied")).toBe("return=minimal");
    expect(minimal.body).toEqual({
      results: [
        { status: 201, reminder: { id: expect.stringMatching(/^rem_/) } },
        { status: 400, problem: expect.objectContaining({ code: "invalid_input" }) },
      ],
    });
    expect(batchResultDocument.parse(minimal.body)).toEqual(minimal.body);
    const { results } = minimalBatchResultSchema.parse(minimal.body);
    const [made] = results;
    expect((await send({ path: "/v1/reminders" })).body.items).toMatchObject([
      { id: made?.status === 201 ? made.reminder.id : "" },
    ]);
    const again = await send({ method: "POST", path, body, headers });
    expect(again.body).toEqual(minimal.body);
    expect(again.headers.get("preference-applied")).toBe("return=minimal");
    // What was recorded is no answer to who wants all of it.
    const whole = await send({ method: "POST", path, body, headers: { "idempotency-key": "order-4711" } });
    expect(whole).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });

  test("createBatch() takes 1000 reminders and refuses 1001, none, and what is not a list", async () => {
    const { send } = await createApiRig();
    const many = (count: number) => ({ reminders: Array.from({ length: count }, () => REMINDER) });
    const full = await send({ method: "POST", path, body: many(1000) });
    expect((full.body as BatchResource).results.every((result) => result.status === 201)).toBe(true);
    for (const body of [many(1001), many(0), { reminders: {} }, {}, { ...many(1), more: 1 }]) {
      const refused = await send({ method: "POST", path, body });
      expect(refused).toMatchObject({ status: 400, body: { code: "invalid_input" } });
    }
  });

  test("createBatch() refuses one item that is larger than a request of its own may be", async () => {
    const { send } = await createApiRig();
    const large = { ...REMINDER, message: undefined, content: { data: "x".repeat(256 * 1024) } };
    const { body } = await send({ method: "POST", path, body: { reminders: [large, REMINDER] } });
    expect((body as BatchResource).results).toMatchObject([
      { status: 400, problem: { errors: [{ path: "", message: "is too large" }] } },
      { status: 201 },
    ]);
  });
});
