import { Command } from "commander";
import { allPages } from "../all-pages.ts";
import type { CliContext } from "../context.ts";
import {
  addRecipientFilter,
  type RecipientFilterOptions,
  recipientFilterOf,
} from "../recipient-filter-options.ts";
import type { Recipient } from "../resources.ts";
import { writeLines } from "../write-lines.ts";

const AFTER_HELP = `
One recipient a line (NDJSON), as \`belfry recipients import\` takes it; what is empty is left out.

Examples:
  belfry recipients export --output people.ndjson
  belfry recipients export --tag vip | jq -r .addresses.email`;

type ExportOptions = RecipientFilterOptions & { output?: string };

/** \`belfry recipients export\`: as NDJSON. */
export function recipientExportCommand(context: CliContext): Command {
  return addRecipientFilter(
    new Command("export").description("write recipients to a file or to standard output"),
  )
    .option("--output <path>", "a file, which is replaced once all is written; default: standard output")
    .addHelpText("after", AFTER_HELP)
    .action((options: ExportOptions) => exportTo(options, context));
}

async function exportTo(options: ExportOptions, context: CliContext): Promise<void> {
  const { client } = await context.connect();
  const signal = context.interruption();
  const listing = allPages(client.recipients, recipientFilterOf(options), { context, signal });
  await writeLines(linesOf(listing), { path: options.output, signal }, context);
}

async function* linesOf(recipients: AsyncIterable<Recipient>): AsyncGenerator<object, void> {
  for await (const { id, revision, createdAt, updatedAt, ...said } of recipients) {
    const given = Object.entries(said).filter(([, value]) => !isEmpty(value));
    yield { ...Object.fromEntries(given), exported: { id, revision, createdAt, updatedAt } };
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.keys(value).length === 0);
}
