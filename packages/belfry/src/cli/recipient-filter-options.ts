import type { Command } from "commander";
import { collectNamed, scalarOf } from "./named-values.ts";
import type { RecipientFilter } from "./resources.ts";

export interface RecipientFilterOptions {
  tag?: string[];
  attribute?: Record<string, string | number | boolean>;
  search?: string;
}

/** Adds the options by which recipients are narrowed. */
export function addRecipientFilter(command: Command): Command {
  return command
    .option(
      "--tag <tags>",
      "only those with every one of these, joined by commas; may be repeated",
      collectTags,
    )
    .option(
      "--attribute <name=value>",
      "only those with this attribute; may be repeated",
      collectNamed("plan=gold", scalarOf),
    )
    .option("--search <text>", "only those that have it in a name, an id of yours or an address");
}

/** The same in the client's terms. */
export function recipientFilterOf({ tag, attribute, search }: RecipientFilterOptions): RecipientFilter {
  return {
    ...(tag && { tags: tag }),
    ...(attribute && { attributes: attribute }),
    ...(search !== undefined && { search }),
  };
}

function collectTags(text: string, previous: readonly string[] = []): string[] {
  return [...previous, ...text.split(",").map((tag) => tag.trim())];
}
