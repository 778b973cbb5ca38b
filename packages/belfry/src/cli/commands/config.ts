import { Command } from "commander";
import { describeSettings, findSettingProblems, type SettingRow } from "../../config/settings.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import { renderTable } from "../table.ts";

const AFTER_HELP = `
Secrets are never shown. If a setting is wrong, all that is wrong is listed and the exit code is 2.

Examples:
  belfry config
  BELFRY_PORT=9000 belfry config
  belfry config --json`;

/** \`belfry config\`: every setting, with its value and where that comes from. */
export function configCommand(context: CliContext): Command {
  return new Command("config")
    .description("show every setting, its value and where that comes from")
    .option("--json", "print for programs")
    .addHelpText("after", AFTER_HELP)
    .action((options: { json?: boolean }) => {
      const settings = describeSettings(context.env);
      const problems = findSettingProblems(context.env);
      if (options.json) context.output.printJson({ settings, problems });
      else printSettings(settings, context);
      if (problems.length > 0) throw new CommandFailure(EXIT_CODES.usage, complaint(problems));
    });
}

/** No terminal is wide enough for a description in the same line: there it stands below. */
function printSettings(settings: readonly SettingRow[], { output }: CliContext): void {
  const describe = (row: SettingRow): string => row.description.replaceAll("`", "");
  const isWide = output.width === Number.POSITIVE_INFINITY;
  const [titles = "", ...lines] = renderTable<SettingRow>(
    [
      { title: "SETTING", text: (row) => row.env },
      {
        title: "VALUE",
        text: (row) => row.value,
        paint: (text, row) => (row.problem === null ? text : output.paint("bad", text)),
        shrinks: true,
        atLeast: 30,
      },
      { title: "SOURCE", text: (row) => row.source },
      ...(isWide ? [{ title: "DESCRIPTION", text: describe }] : []),
    ],
    settings,
    output.width,
  );
  output.print(titles);
  for (const [index, row] of settings.entries()) {
    output.print(lines[index] ?? "");
    if (!isWide) output.print(`  ${output.paint("faint", describe(row))}`);
  }
}

function complaint(problems: readonly string[]): string {
  const list = problems.map((problem) => `\n  ${problem}`).join("");
  return `Cannot start with these settings: ${problems.length} wrong${list}`;
}
