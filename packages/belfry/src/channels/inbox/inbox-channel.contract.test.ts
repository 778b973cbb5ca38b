import { type ChannelUnderTest, describeChannel } from "../contract/describe-channel.ts";
import { createInboxChannel } from "./inbox-channel.ts";

describeChannel("inbox", createInboxUnderTest, { hang: "the store is the only other side" });

async function createInboxUnderTest(): Promise<ChannelUnderTest> {
  const ids: string[] = [];
  let failing = false;
  const channel = createInboxChannel({
    put: async (entry) => {
      if (failing) throw new Error("the store is locked");
      ids.push(entry.deliveryId);
    },
  });
  return {
    channel,
    address: "",
    seenIds: () => ids,
    fail: () => {
      failing = true;
    },
    hang: () => {},
    openConnections: () => 0,
    dispose: async () => {},
  };
}
