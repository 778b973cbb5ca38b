import { z } from "@hono/zod-openapi";
import { MODES } from "../../domain/target.ts";
import { endpointNameOf } from "./endpoint.ts";
import { field } from "./field.ts";

const MAX_ADDRESS = 2048;
const MAX_CHANNELS = 16;
const MAX_RECIPIENT = 200;

const channel = field(
  z.string().min(1).max(64).openapi({ example: "webhook" }),
  "the name of a channel: inbox, webhook",
);
const address = field(
  z.string().min(1).max(MAX_ADDRESS).openapi({ example: "https://example.com/hooks" }),
  `an address of the channel, of 1 to ${MAX_ADDRESS} characters; the inbox needs none`,
);
const endpoint = endpointNameOf("the name of an endpoint");
const recipient = field(
  z.string().min(1).max(MAX_RECIPIENT).openapi({ example: "rcp_01k9yz3t5v8m6n4q2r7s1w0xab" }),
  `the id of a recipient, or your own externalId, of 1 to ${MAX_RECIPIENT} characters`,
);
const CHANNELS = `1 to ${MAX_CHANNELS} names of channels, each once`;
const MODE = "whether each channel gets one, or the next is tried only when one is dead";

/** The channels of a recipient that are used, in their order. */
export const channelsSchema = field(
  z.array(channel).min(1).max(MAX_CHANNELS),
  CHANNELS,
  "which channels of the recipient, in this order; left out: those that they chose, else those they have an address on",
);
export const modeSchema = field(z.enum(MODES), `one of ${MODES.join(", ")}`, `${MODE}; default ${MODES[0]}`);

/** Where a reminder goes, as the document shows it. */
export const targetSchema = z
  .union([
    z.strictObject({ channel, address: address.optional() }),
    z.strictObject({ endpoint }),
    z.strictObject({ recipient, channels: channelsSchema.optional(), mode: modeSchema.optional() }),
    z.strictObject({ recipient, endpoint }),
  ])
  .openapi("Target", {
    description:
      "Where a reminder goes: a channel with its address, an endpoint, or a recipient: to their own addresses, or for " +
      "them to an endpoint.",
  });

export type TargetResource = z.output<typeof targetSchema>;

/** The same, flat: which fields go together is checked apart, so that errors name the field. */
export const targetRequestSchema = z.strictObject({
  channel: channel.optional(),
  address: address.optional(),
  endpoint: endpoint.optional(),
  recipient: recipient.optional(),
  channels: channelsSchema.optional(),
  mode: modeSchema.optional(),
});
export type TargetRequest = z.output<typeof targetRequestSchema>;
