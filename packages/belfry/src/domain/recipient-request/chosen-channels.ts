import { CHANNEL_ALLOWED, CHANNEL_NAME } from "./addresses.ts";
import { type Reading, read, readAll, refused } from "./reading.ts";

export const MOST_CHANNELS = 16;
export const CHANNELS_ALLOWED = `at most ${MOST_CHANNELS} names of channels, each once, in the order in which they are used`;

/** The channels that a recipient chose. One that the installation lacks is told when it is tried; the others go out. */
export function readChannels(value: unknown): Reading<string[]> {
  const path = ["channels"];
  if (value === undefined || value === null) return read([]);
  if (!Array.isArray(value))
    return refused(path, value, { message: "is not a list", allowed: CHANNELS_ALLOWED });
  if (value.length > MOST_CHANNELS)
    return refused(path, value, { message: `has ${value.length} channels`, allowed: CHANNELS_ALLOWED });
  return readAll(
    value.map((name: unknown, index): Reading<string> => {
      const at = [...path, index];
      if (typeof name !== "string" || !CHANNEL_NAME.test(name))
        return refused(at, name, { message: "is not the name of a channel", allowed: CHANNEL_ALLOWED });
      if (value.indexOf(name) !== index)
        return refused(at, name, { message: "is there already", allowed: "each channel once" });
      return read(name);
    }),
  );
}
