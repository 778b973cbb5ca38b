import type { Command } from "commander";
import { parseDurationText } from "./duration-text.ts";
import { usageFailure } from "./exit-code.ts";
import type { ReminderInput } from "./resources.ts";
import { parseCount } from "./schedule-options.ts";

/** How often it is repeated unless that is said. */
const REPEATS = 6;

/** What the options say of how a reminder rings, besides when. */
export interface RingingOptions {
  repeat?: string;
  repeatMax?: number;
  urgent?: boolean;
  spread?: string;
}

/** Adds the options that say how it rings: again and again, also at night, not all at once. */
export function addRingingOptions(command: Command): Command {
  return command
    .option(
      "--repeat <duration>",
      "ring again after so long until somebody acknowledges it: 10m",
      parseDurationText,
    )
    .option("--repeat-max <number>", `with --repeat: so often at most; default: ${REPEATS}`, parseCount)
    .option("--urgent", "ring in the recipient's quiet hours too")
    .option(
      "--spread <duration>",
      "go out within so long after it is due, not all at once",
      parseDurationText,
    );
}

/** What they say, in the API's terms. @throws CommandFailure if one needs another */
export function ringingOf(options: RingingOptions): Pick<ReminderInput, "repeat" | "urgent" | "spread"> {
  const { repeat: every, repeatMax, urgent, spread } = options;
  if (every === undefined && repeatMax !== undefined) throw usageFailure("--repeat-max needs --repeat");
  return {
    ...(every !== undefined && { repeat: { every, max: repeatMax ?? REPEATS } }),
    ...(urgent && { urgent }),
    ...(spread !== undefined && { spread }),
  };
}
