// The package's main entry: `import { createBelfry } from "belfry"`.
export type { AddressCheck, Channel, Destination, Message } from "../channels/channel.ts";
export type { ChannelFunction } from "../channels/function/function-channel.ts";
export * from "../client/index.ts";
export type { Content, Json, JsonObject } from "../domain/content.ts";
export {
  BelfryError,
  type InputIssue,
  InvalidInputError,
  SettingError,
  StoreError,
} from "../domain/errors.ts";
export type { Outcome, ProviderResponse } from "../domain/outcome.ts";
export type { Clock, Timer } from "../engine/clock.ts";
export { type Belfry, createBelfry } from "./create-belfry.ts";
export type { BelfryOptions, ListenOptions, LogStream } from "./options.ts";
