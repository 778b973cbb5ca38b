import type { Channel } from "../channels/channel.ts";
import { type ChannelFunction, createFunctionChannel } from "../channels/function/function-channel.ts";
import { ENDPOINT_NAME, NAME_ALLOWED } from "../http/schemas/endpoint.ts";
import type { Given, OptionReader } from "./option-reader.ts";

const BUILT_IN = ["inbox", "webhook"];
const CHANNEL_ALLOWED = "a function that sends one message, or a Channel";

/** The channels of the host program, checked; functions become channels. */
export function readChannels(reader: OptionReader, { path, value }: Given): Channel[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    reader.refuse({ path, value }, "it is not an object", "an object of channels by their names");
    return [];
  }
  return Object.entries(value).flatMap(([name, channel]) => {
    const given = { path: [...path, name], value: channel as unknown };
    return isFreeName(reader, name, given) ? readChannel(reader, name, given) : [];
  });
}

function isFreeName(reader: OptionReader, name: string, given: Given): boolean {
  if (BUILT_IN.includes(name)) {
    reader.refuse(given, "a channel of this name is built in", `a name other than ${BUILT_IN.join(", ")}`);
    return false;
  }
  if (ENDPOINT_NAME.test(name)) return true;
  reader.refuse(given, "the name has not the right form", NAME_ALLOWED);
  return false;
}

function readChannel(reader: OptionReader, name: string, given: Given): Channel[] {
  const { path, value } = given;
  // Whatever a function answers, the channel that is made of it can read.
  if (typeof value === "function") return [createFunctionChannel({ name, send: value as ChannelFunction })];
  if (typeof value !== "object" || value === null) {
    reader.refuse(given, "it is neither a function nor a channel", CHANNEL_ALLOWED);
    return [];
  }
  const wrong = wrongParts(value as Partial<Record<keyof Channel, unknown>>, name);
  for (const [part, allowed] of wrong) {
    const found = { path: [...path, part], value: (value as Record<string, unknown>)[part] };
    reader.refuse(found, "it is not what a channel has there", allowed);
  }
  return wrong.length === 0 ? [value as Channel] : [];
}

/** The parts of a channel that are not right, each with what is allowed. */
function wrongParts(channel: Partial<Record<keyof Channel, unknown>>, name: string): [string, string][] {
  const { concurrencyPerDestination: concurrency } = channel;
  const checks: [keyof Channel, boolean, string][] = [
    ["name", channel.name === name, `the name it is given by, ${name}`],
    ["idempotent", typeof channel.idempotent === "boolean", "true or false"],
    [
      "concurrencyPerDestination",
      Number.isInteger(concurrency) && Number(concurrency) > 0,
      "a whole number from 1",
    ],
    ["checkAddress", typeof channel.checkAddress === "function", "a function"],
    ["send", typeof channel.send === "function", "a function"],
    ["close", typeof channel.close === "function", "a function"],
  ];
  return checks.flatMap(([part, isRight, allowed]) => (isRight ? [] : [[part, allowed] as [string, string]]));
}
