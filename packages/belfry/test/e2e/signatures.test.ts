import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask } from "../postgres/ask.ts";
import {
  type ReceivedRequest,
  type RecordingReceiver,
  startRecordingReceiver,
} from "../receivers/recording-receiver.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES } from "./stores.ts";

let belfry: BelfryProcess;
let receiver: RecordingReceiver;

/** As a receiver does it that knows nothing but the standard and its secret. */
function verify(secret: string, { headers, body }: ReceivedRequest): unknown {
  return new Webhook(secret).verify(body.toString(), headers as Record<string, string>);
}

async function receive(
  to: { endpoint: string } | { channel: string; address: string },
): Promise<ReceivedRequest> {
  const client = await belfry.client();
  const before = receiver.requests.length;
  await client.reminders.create({ schedule: { in: "PT0.1S" }, to, message: "Größe: ✓" });
  const request = (await receiver.received(before + 1))[before];
  if (!request) throw new Error("Cannot find the request");
  return request;
}

const freshSecret = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** In the data folder; on PostgreSQL in the database, for all processes. */
async function keptSecret(): Promise<string> {
  const { BELFRY_DATABASE_URL: url } = belfry.settings;
  if (url === undefined) return readFileSync(join(belfry.dataFolder, "webhook.secret"), "utf8").trim();
  const [row] = await ask<{ value: string }>(url, "SELECT value FROM belfry.secrets WHERE name = 'webhook'");
  return row?.value ?? "";
}

describe.each(STORES)("signatures on %s", (store) => {
  beforeAll(async () => {
    receiver = await startRecordingReceiver();
    belfry = await BelfryProcess.start({}, { store });
  });

  afterAll(async () => {
    await belfry?.[Symbol.asyncDispose]();
    await receiver?.close();
  });

  test("a webhook to a bare address is signed with the secret that was made at the first start", async () => {
    const request = await receive({ channel: "webhook", address: receiver.url });
    const secret = await keptSecret();
    expect(verify(secret, request)).toMatchObject({
      type: "reminder.due",
      message: "Größe: ✓",
      userId: null,
    });
    expect(() => verify(freshSecret(), request)).toThrow();
  });

  test("a webhook to an endpoint is signed with each of its secrets, and with no other, as they rotate", async () => {
    const [first, second, third] = [freshSecret(), freshSecret(), freshSecret()];
    const client = await belfry.client();
    await client.endpoints.create({ name: "rotating", url: receiver.url, secrets: [first, second] });
    const before = await receive({ endpoint: "rotating" });
    for (const secret of [first, second])
      expect(verify(secret, before)).toMatchObject({ type: "reminder.due" });
    expect(() => verify(third, before)).toThrow();

    await client.endpoints.update("rotating", { secrets: [second, third] });
    const after = await receive({ endpoint: "rotating" });
    for (const secret of [second, third])
      expect(verify(secret, after)).toMatchObject({ type: "reminder.due" });
    expect(() => verify(first, after)).toThrow();
  });
});
