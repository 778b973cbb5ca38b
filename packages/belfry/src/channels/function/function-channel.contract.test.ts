import { type ChannelUnderTest, describeChannel } from "../contract/describe-channel.ts";
import { createFunctionChannel } from "./function-channel.ts";

describeChannel("log", createFunctionUnderTest, { refuse: "the function alone knows what is an address" });

async function createFunctionUnderTest(): Promise<ChannelUnderTest> {
  const ids: string[] = [];
  let mood: "well" | "failing" | "hanging" = "well";
  const channel = createFunctionChannel({
    name: "log",
    send: async (message) => {
      ids.push(message.deliveryId);
      if (mood === "failing") throw new Error("the printer is out of paper");
      // It even takes no notice of the signal.
      if (mood === "hanging") await new Promise(() => {});
    },
  });
  return {
    channel,
    address: "",
    seenIds: () => ids,
    fail: () => {
      mood = "failing";
    },
    hang: () => {
      mood = "hanging";
    },
    openConnections: () => 0,
    dispose: async () => {},
  };
}
