import { existsSync } from "node:fs";
import { Command } from "commander";
import { SETTINGS } from "../../config/table.ts";
import { BelfryError } from "../../domain/errors.ts";
import type { Finding } from "../../domain/finding.ts";
import { locate } from "../connection.ts";
import type { CliContext } from "../context.ts";
import { nodeFinding, zoneFindings } from "../doctor/machine-checks.ts";
import { serverFindings } from "../doctor/server-checks.ts";
import { settingFindings, webhookFindings } from "../doctor/setting-checks.ts";
import { CommandFailure, EXIT_CODES } from "../exit-code.ts";
import type { Tone } from "../output.ts";
import { dataFoldersOf } from "../server-key.ts";
import { oneLine } from "../table.ts";

const AFTER_HELP = `
Looks at Node, its zone data, the settings, the data folder and its database (or, if BELFRY_DATABASE_URL
is set, that database: whether it takes writes, its clock, its connections, its schema, what its user may
do there, and who works on it), and at the server that commands would talk to: whether it answers, which
version it is, whether the clocks agree, and what the key may do. Each line is ok, warn or FAIL, with what to do below it. Nothing is changed, and a running
server is not disturbed.

Examples:
  belfry doctor
  belfry doctor --server work
  belfry doctor --json | jq '.checks[] | select(.status == "fail")'`;

const LABELS: Record<Finding["status"], { text: string; tone: Tone }> = {
  ok: { text: "ok  ", tone: "good" },
  warn: { text: "warn", tone: "waiting" },
  fail: { text: "FAIL", tone: "bad" },
};

/** \`belfry doctor\`: what is wrong, and what to do about it. */
export function doctorCommand(context: CliContext): Command {
  return new Command("doctor")
    .description("check this machine, its data folder and the server, and say what to mend")
    .option("--json", "print for programs")
    .addHelpText("after", AFTER_HELP)
    .action((options: { json?: boolean }) => doctor(options, context));
}

async function doctor({ json }: { json?: boolean }, context: CliContext): Promise<void> {
  const checks = await examine(context);
  const failed = checks.filter(({ status }) => status === "fail").length;
  const warned = checks.filter(({ status }) => status === "warn").length;
  if (json) context.output.printJson({ checks, failed, warned });
  else printFindings(checks, summary(failed, warned), context);
  if (failed > 0) throw new CommandFailure(EXIT_CODES.failed);
}

async function examine(context: CliContext): Promise<Finding[]> {
  const { env } = context;
  return [
    nodeFinding(process.versions.node),
    ...zoneFindings(context.now()),
    ...settingFindings(env),
    ...webhookFindings(env),
    ...(await context.roles.inspect(dataFolder(context), env)),
    ...(await examineServer(context)),
  ];
}

/** Even with other settings wrong; the one that is there, if \`npm run\` has changed the working directory. */
function dataFolder(context: CliContext): string {
  const surroundings = context.surroundings();
  const parsed = SETTINGS.dataFolder.parse(context.env.BELFRY_DATA?.trim() || SETTINGS.dataFolder.default);
  const folders = dataFoldersOf(parsed.ok ? parsed.value : SETTINGS.dataFolder.default, surroundings);
  return folders.find((folder) => existsSync(folder)) ?? folders[0] ?? surroundings.folder;
}

async function examineServer(context: CliContext): Promise<Finding[]> {
  try {
    // What is remarked elsewhere stands among the settings here.
    return await serverFindings(await locate({ ...context.surroundings(), remark: () => {} }), context.now);
  } catch (error) {
    if (!(error instanceof BelfryError || error instanceof CommandFailure)) throw error;
    // Wrong settings are told one by one above: their number is enough here.
    const [text = ""] = error.message.split("\n");
    return [{ check: "server", status: "fail", text, mend: "mend that, and look again" }];
  }
}

function printFindings(checks: readonly Finding[], ending: string, { output }: CliContext): void {
  const width = Math.max(...checks.map(({ check }) => check.length));
  for (const [index, { check, status, text, mend }] of checks.entries()) {
    const { text: label, tone } = LABELS[status];
    output.print(`${output.paint(tone, label)}  ${check.padEnd(width)}  ${oneLine(text)}`);
    // What mends several is said once, below the last of them.
    if (mend && mend !== checks[index + 1]?.mend)
      output.print(`${" ".repeat(width + 8)}${output.paint("faint", `-> ${mend}`)}`);
  }
  output.print(ending);
}

function summary(failed: number, warned: number): string {
  if (failed === 0 && warned === 0) return "All is well.";
  const warnings = `${warned} warning${warned === 1 ? "" : "s"}`;
  return failed === 0 ? `It works, with ${warnings}.` : `${failed} failed, ${warnings}.`;
}
