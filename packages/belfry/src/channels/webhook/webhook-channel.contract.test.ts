import { startRecordingReceiver } from "../../../test/receivers/recording-receiver.ts";
import { type ChannelUnderTest, describeChannel } from "../contract/describe-channel.ts";
import { generateWebhookSecret } from "./secret.ts";
import { createWebhookChannel } from "./webhook-channel.ts";

describeChannel("webhook", async (): Promise<ChannelUnderTest> => {
  let mode: "working" | "failing" | "hanging" = "working";
  const receiver = await startRecordingReceiver(() => {
    if (mode === "hanging") return { delayMs: 60_000 };
    return { status: mode === "failing" ? 503 : 204 };
  });
  return {
    channel: createWebhookChannel({
      secrets: [generateWebhookSecret((count) => new Uint8Array(count).fill(7))],
      allow: ["127.0.0.1"],
      userAgent: "Belfry/0.0.0",
    }),
    address: receiver.url,
    seenIds: () => receiver.requests.map((request) => request.id),
    fail: () => {
      mode = "failing";
    },
    hang: () => {
      mode = "hanging";
    },
    openConnections: () => receiver.openConnections,
    dispose: () => receiver.close(),
  };
});
