import { Command } from "commander";
import type { MovedRows, MoveReport, MoveRequest } from "../../domain/moving.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { counted, grouped } from "../number-text.ts";
import { createProgress } from "../progress.ts";
import { renderTable } from "../table.ts";

const AFTER_HELP = `
Everything goes along: tenants, keys, endpoints, reminders, what waits and what was sent, the inbox, and
the secrets that are kept. Stop Belfry on both before; the target must be empty.

A store is a data folder; or a database of PostgreSQL, named by its URL, by env for the one in
BELFRY_DATABASE_URL, or by @ and the path of a file that holds the URL. A URL that is written out
can be read by every user of this machine while the command runs, its password included.

Whatever breaks a move off, repeat it, or give it up with --abort. Until then Belfry starts on neither.
Afterwards it starts on the target alone. The guide tells the rest: docs/guides/moving.md.

Examples:
  BELFRY_DATABASE_URL=postgres://belfry:secret@db.example.com/belfry belfry move --from ./data --to env
  belfry move --from @/run/secrets/belfry-url --to /var/lib/belfry
  belfry move --from @old-url --to @new-url --to-schema reminders
  belfry move --from ./data --to env --abort`;

interface MoveOptions extends MoveRequest {
  json?: boolean;
}

/** \`belfry move\`: a whole installation from one store to another. */
export function moveCommand(context: CliContext): Command {
  return new Command("move")
    .description("move a whole installation between a data folder and PostgreSQL")
    .requiredOption("--from <store>", "where it is: a data folder, postgres://…, env or @file")
    .option("--to <store>", "where it goes; with --abort: what is to be emptied, if it can be reached")
    .option("--from-schema <name>", "its schema in PostgreSQL; default: belfry, or that of the environment")
    .option("--to-schema <name>", "likewise")
    .option("--abort", "give up a move that has not ended: Belfry starts on the source again")
    .option("--json", "print for programs")
    .addHelpText("after", AFTER_HELP)
    .action((options: MoveOptions) => move(options, context));
}

async function move({ json, ...request }: MoveOptions, context: CliContext): Promise<void> {
  if (request.to === undefined && !request.abort)
    throw usageFailure("--to is missing; allowed: a data folder, postgres://…, env or @file");
  const progress = createProgress(context);
  const remark = (line: string): void => {
    progress.clear();
    context.output.printRemark(line);
  };
  const beganAtMs = context.now();
  try {
    const report = await context.roles.move(context.env, request, {
      onProgress: ({ what, done, total }) =>
        progress.show(`${what}: ${grouped(done)} of ${counted(total, "row")}`, done / Math.max(total, 1)),
      remark,
      signal: context.interruption(),
    });
    progress.clear();
    if (json) context.output.printJson({ ...report, durationMs: context.now() - beganAtMs });
    else if (request.abort) context.output.print(`Given up: Belfry starts in ${report.from} again.`);
    else print(report, { context, durationMs: context.now() - beganAtMs });
  } finally {
    progress.clear();
  }
}

interface Printing {
  context: CliContext;
  durationMs: number;
}

function print({ from, to, moved }: MoveReport, { context: { output }, durationMs }: Printing): void {
  const columns = [
    { title: "MOVED", text: ({ what }: MovedRows) => what },
    { title: "ROWS", text: ({ rows }: MovedRows) => grouped(rows), alignsRight: true },
  ];
  for (const line of renderTable(columns, moved, output.width)) output.print(line);
  output.print(`Moved from ${from} to ${to} in ${(durationMs / 1000).toFixed(1)} s. Start Belfry there.`);
  output.print(`What is left in ${from} is an old copy, on which Belfry starts no more.`);
}
