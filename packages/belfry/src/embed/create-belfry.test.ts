import { describe, expect, test } from "vitest";
import type { Message } from "../channels/channel.ts";
import { ApiError } from "../client/index.ts";
import type { Outcome } from "../domain/outcome.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";
import { createBelfry } from "./create-belfry.ts";
import type { BelfryOptions } from "./options.ts";

/** Sunday, 2026-03-01T00:00:00Z. */
const START = Date.UTC(2026, 2, 1);
const DAY_MS = 86_400_000;
const STRETCH = { schedule: { in: "PT10S" }, to: { channel: "log" }, message: "Stretch" };

/** Belfry in memory, on a clock of its own, with the channel `log` that answers as told. */
async function rehearse(options: BelfryOptions = {}) {
  const clock = new VirtualClock(START);
  const sent: Message[] = [];
  const told = { answer: async (): Promise<Outcome | undefined> => undefined };
  const log = (message: Message): Promise<Outcome | undefined> => {
    sent.push(message);
    return told.answer();
  };
  const belfry = await createBelfry({ folder: ":memory:", clock, channels: { log }, ...options });
  return { belfry, clock, sent, told };
}

describe("createBelfry()", () => {
  test("sends at the instant by the host's own function, and tells the story", async () => {
    const { belfry, clock, sent } = await rehearse();
    await belfry.start();
    const { id, next } = await belfry.remind(STRETCH);
    expect(next?.due).toBe("2026-03-01T00:00:10Z");
    await clock.advance(9_999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toMatchObject([{ reminderId: id, content: { text: "Stretch" }, dueMs: START + 10_000 }]);
    await clock.advance(1_000);
    const [delivery] = (await belfry.deliveries.list({ reminder: id })).items;
    expect(delivery).toMatchObject({
      state: "delivered",
      channel: "log",
      attempts: [{ outcome: "delivered" }],
    });
    expect((await belfry.deliveries.get(delivery?.id ?? "")).story.at(-1)?.text).toBe("It is delivered.");
    await belfry.stop();
  });

  test("keeps what is accepted before the start and sends it after", async () => {
    const { belfry, clock, sent } = await rehearse();
    await belfry.remind(STRETCH);
    await clock.advance(60_000);
    expect(sent).toEqual([]);
    await belfry.start();
    await clock.advance(1_000);
    expect(sent).toHaveLength(1);
    await belfry.stop();
  });

  test("rehearses a year of a rule on a clock that is moved by hand", async () => {
    const days = { tick: "P1D", nearWindow: "P1D" };
    const { belfry, clock, sent } = await rehearse({ ...days, timeZone: "Europe/Paris" });
    await belfry.start();
    await belfry.remind({
      ...STRETCH,
      schedule: { rrule: "FREQ=MONTHLY;BYMONTHDAY=29", start: "2026-03-29T02:30" },
    });
    await clock.advance(365 * DAY_MS);
    const dues = sent.map(({ dueMs }) => new Date(dueMs).toISOString());
    expect(dues).toHaveLength(11);
    // In the night of the first one the clocks go from 2 to 3, and February has no 29th.
    expect(dues.slice(0, 2)).toEqual(["2026-03-29T01:30:00.000Z", "2026-04-29T00:30:00.000Z"]);
    expect(dues.at(-1)).toBe("2027-01-29T01:30:00.000Z");
    await belfry.stop();
  });

  test("has the whole API: reminders, batches, previews, endpoints and the inbox", async () => {
    const { belfry, clock } = await rehearse();
    await belfry.start();
    const weekly = { ...STRETCH, schedule: { cron: "0 9 * * 1" } };
    const made = await belfry.remind(weekly);
    expect(await belfry.reminders.get(made.id)).toEqual(made);
    expect(await belfry.reminders.cancel(made.id)).toMatchObject({ state: "cancelled" });
    const { results } = await belfry.remindAll([weekly, { ...weekly, message: "" }]);
    expect(results).toMatchObject([{ status: 201 }, { status: 400, problem: { code: "invalid_input" } }]);
    expect((await belfry.reminders.list({ state: "active" })).items).toHaveLength(1);
    const { occurrences } = await belfry.preview({ schedule: weekly.schedule, count: 2 });
    expect(occurrences.map(({ due }) => due)).toEqual(["2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z"]);
    await belfry.endpoints.create({ name: "billing", url: "https://example.com/" });
    expect((await belfry.endpoints.get("billing")).url).toBe("https://example.com/");
    await belfry.remind({ ...STRETCH, to: { channel: "inbox" } });
    await clock.advance(11_000);
    expect((await belfry.inbox.list()).items).toMatchObject([{ content: { text: "Stretch" } }]);
    await belfry.stop();
  });

  test("refuses as the API does, and names the host's own channels", async () => {
    const { belfry } = await rehearse();
    const refused = await belfry
      .remind({ ...STRETCH, to: { channel: "lgo" } })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({
      status: 400,
      code: "invalid_input",
      errors: [{ path: "/to/channel", value: "lgo", allowed: "one of inbox, log, webhook" }],
    });
    await expect(belfry.reminders.get("rem_nope")).rejects.toMatchObject({ status: 404, code: "not_found" });
    await belfry.stop();
  });

  test("makes one reminder when the same request comes twice with one idempotency key", async () => {
    const { belfry } = await rehearse();
    const first = await belfry.remind(STRETCH, { idempotencyKey: "order-1" });
    expect(await belfry.remind(STRETCH, { idempotencyKey: "order-1" })).toEqual(first);
    await expect(
      belfry.remind({ ...STRETCH, message: "Sit" }, { idempotencyKey: "order-1" }),
    ).rejects.toMatchObject({ code: "idempotency_key_reused" });
    await belfry.remind(STRETCH);
    expect((await belfry.reminders.list()).items).toHaveLength(2);
    await belfry.stop();
  });
});

describe("createBelfry() with a channel that fails", () => {
  test("tries again when the function throws, with the reason in the story", async () => {
    const { belfry, clock, sent, told } = await rehearse();
    await belfry.start();
    told.answer = () => Promise.reject(new Error("out of paper"));
    // Chance spreads the waits over a day, so none ends within the second.
    const { id } = await belfry.remind({ ...STRETCH, retry: { initial: "P1D", max: "P1D" } });
    await clock.advance(11_000);
    const [delivery] = (await belfry.deliveries.list({ reminder: id })).items;
    expect(delivery).toMatchObject({ state: "retrying", reason: 'Cannot send by "log": out of paper' });
    told.answer = async () => undefined;
    await clock.advance(DAY_MS);
    expect(sent.map(({ attempt, deliveryId }) => [attempt, deliveryId])).toEqual([
      [1, delivery?.id],
      [2, delivery?.id],
    ]);
    await belfry.stop();
  });

  test("gives up, waits and tries again as the function's outcomes say", async () => {
    const { belfry, clock, sent, told } = await rehearse();
    await belfry.start();
    const outcomes: Outcome[] = [
      { kind: "retryable", error: "busy", retryAfterMs: 60_000 },
      { kind: "permanent", error: "no such printer" },
      { kind: "delivered", providerId: "p1" },
    ];
    told.answer = async () => outcomes.shift();
    const { id } = await belfry.remind(STRETCH);
    await clock.advance(10_000 + 60_000 + 1_000);
    expect(sent.map(({ attemptAtMs }) => attemptAtMs - START)).toEqual([10_000, 70_000]);
    const [dead] = (await belfry.deliveries.list({ reminder: id, state: "dead" })).items;
    expect(dead?.reason).toBe('Cannot send by "log": no such printer');
    await belfry.deliveries.retry(dead?.id ?? "");
    await clock.advance(1_000);
    expect((await belfry.deliveries.get(dead?.id ?? "")).state).toBe("delivered");
    await belfry.stop();
  });

  test("closes a channel of the host's own making at the stop", async () => {
    const seen: string[] = [];
    const pager = {
      name: "pager",
      idempotent: true,
      concurrencyPerDestination: 1,
      checkAddress: (address: string | undefined) =>
        address === "ada"
          ? { ok: true as const, destination: address }
          : { ok: false as const, message: "Cannot page: nobody has this name", allowed: "ada" },
      send: async (message: Message) => {
        seen.push(`page ${message.destination.address}`);
        return { kind: "delivered" as const };
      },
      close: async () => void seen.push("close"),
    };
    const { belfry, clock } = await rehearse({ channels: { pager } });
    await belfry.start();
    await expect(
      belfry.remind({ ...STRETCH, to: { channel: "pager", address: "bob" } }),
    ).rejects.toMatchObject({
      errors: [{ path: "/to/address", allowed: "ada" }],
    });
    await belfry.remind({ ...STRETCH, to: { channel: "pager", address: "ada" } });
    await clock.advance(11_000);
    await belfry.stop();
    expect(seen).toEqual(["page ada", "close"]);
  });
});
