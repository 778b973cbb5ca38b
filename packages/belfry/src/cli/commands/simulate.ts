import { Command, Option } from "commander";
import type {
  SimulatedChange,
  SimulatedRecipient,
  SimulationReport,
  SimulationRequest,
  Stretch,
} from "../../domain/simulation.ts";
import { dayOfWall } from "../../time/calendar.ts";
import { zoneNamed } from "../../time/schedule.ts";
import { formatDate } from "../../time/wall-clock.ts";
import { beginAtomicFile } from "../atomic-file.ts";
import type { CliContext } from "../context.ts";
import { CommandFailure, EXIT_CODES, usageFailure } from "../exit-code.ts";
import { createProgress } from "../progress.ts";
import { addScheduleOptions, RULES, type ScheduleOptions, scheduleOf } from "../schedule-options.ts";
import { copyServer, type ServerCopy } from "../simulation/copy-server.ts";
import { heatMap } from "../simulation/heat-map.ts";
import { readRecipientsFile } from "../simulation/recipients-file.ts";
import { printReport } from "../simulation/report-text.ts";
import {
  parseBegin,
  parseDateChange,
  parseEnd,
  parseOutage,
  parseZoneChange,
} from "../simulation/time-options.ts";

const AFTER_HELP = `
The real engine runs on a clock of its own, in memory: a year takes seconds, nothing is sent, and nothing
is changed on the server. Times are on the clocks of this machine, or have an offset. Changes during a
--down are made, and followed at its end, as on a database that runs on.

Examples:
  belfry simulate --from 2027-01-01 --to 2027-12-31
  belfry simulate --from 2027-01-01 --to 2027-12-31 --campaign cmp_01k9yz3t5v8m6n4q2r7s1w0xab --svg 2027.svg
  belfry simulate --from 2027-03-01 --to 2027-04-30 --down 2027-03-27T22:00/P1D
  belfry simulate --from 2028-01-01 --to 2028-12-31 --zone-change "ada@2028-06-01T12:00=Asia/Tokyo" --json
  belfry simulate --from 2028-01-01 --to 2028-12-31 --recipients people.ndjson --yearly birthday --time 9:00`;

type SimulateOptions = ScheduleOptions & {
  from: number;
  to: number;
  campaign?: string;
  reminder?: string;
  recipients?: string;
  down: Stretch[];
  zoneChange: SimulatedChange[];
  dateChange: SimulatedChange[];
  json?: boolean;
  svg?: string;
};

/** Each value of an option that may be repeated. */
function collecting<Value>(parse: (text: string) => Value): (text: string, before: Value[]) => Value[] {
  return (text, before) => [...before, parse(text)];
}

/** \`belfry simulate\`: what would go to whom and when. */
export function simulateCommand(context: CliContext): Command {
  const command = new Command("simulate")
    .description("rehearse what would go to whom and when, through clock changes, outages and moves")
    .requiredOption("--from <time>", "where it begins: a day, or an instant", (text) =>
      parseBegin(text, context),
    )
    .requiredOption("--to <time>", "where it ends: a day, to its last moment, or an instant", (text) =>
      parseEnd(text, context),
    )
    .addOption(
      new Option("--campaign <id>", "this campaign alone; default: all that is active").conflicts("reminder"),
    )
    .option("--reminder <id>", "this reminder alone")
    .option(
      "--down <begin/length>",
      "nothing runs then: 2027-03-27T22:00/P1D; may be repeated",
      collecting((text) => parseOutage(text, context)),
      [],
    )
    .option(
      "--zone-change <recipient@time=zone>",
      "a recipient moves: ada@2027-06-01T12:00=Asia/Tokyo; may be repeated",
      collecting((text) => parseZoneChange(text, context)),
      [],
    )
    .option(
      "--date-change <recipient@time=name:date>",
      "a date of a recipient is corrected: ada@2027-06-01T12:00=birthday:1990-12-10; may be repeated",
      collecting((text) => parseDateChange(text, context)),
      [],
    )
    .option("--json", "print every delivery, for programs")
    .option("--svg <path>", "draw a calendar into a file, which is replaced")
    .optionsGroup("Without a server:")
    .addOption(
      new Option(
        "--recipients <file>",
        "recipients in NDJSON, with a rule as `belfry add` takes it",
      ).conflicts(["campaign", "reminder"]),
    );
  return addScheduleOptions(command)
    .addHelpText("after", AFTER_HELP)
    .action((options: SimulateOptions) => simulate(options, context));
}

async function simulate(options: SimulateOptions, context: CliContext): Promise<void> {
  refuseTimes(options);
  const copy = await copyOf(options, context);
  const request = requestOf(options, copy, context);
  const progress = createProgress(context);
  try {
    const report = await context.roles.simulate(request, {
      onProgress: (share) => progress.show("simulating", share),
      signal: context.interruption(),
    });
    progress.clear();
    refuseRule(options, report);
    await show({ ...report, leftOut: [...copy.leftOut, ...report.leftOut] }, options, context);
  } finally {
    progress.clear();
  }
}

/** What was given on the command line must be right; of what a server has, the rest is still worth a look. */
function refuseRule({ recipients }: SimulateOptions, { leftOut: [first] }: SimulationReport): void {
  if (recipients !== undefined && first) throw new CommandFailure(EXIT_CODES.failed, first.reason);
}

const DECADE_MS = 3_660 * 86_400_000;

function refuseTimes({ from, to, down }: SimulateOptions): void {
  if (to <= from) throw usageFailure("--to is before --from; allowed: a later day or instant");
  if (to - from > DECADE_MS) throw usageFailure("--to is too far from --from; allowed: ten years at most");
  for (const { fromMs, toMs } of down)
    if (fromMs >= to || toMs <= from) throw usageFailure("--down lies outside of --from and --to");
}

async function copyOf(options: SimulateOptions, context: CliContext): Promise<ServerCopy> {
  const { recipients: path, reminder, campaign } = options;
  if (path === undefined) {
    const rule = RULES.find((name) => options[name] !== undefined);
    if (rule !== undefined)
      throw usageFailure(`--${rule} goes with --recipients; a server has rules of its own`);
    const { client } = await context.connect();
    const signal = context.interruption();
    return copyServer(client, {
      context,
      signal,
      ...(reminder && { reminder }),
      ...(campaign && { campaign }),
    });
  }
  const schedule = scheduleOf(options, context.timeZone);
  const recipients = await readRecipientsFile(path, context);
  const rule = { id: "the rule", schedule, content: { text: "simulated" } };
  return { recipients, reminders: [], campaigns: [rule], leftOut: [] };
}

function requestOf(options: SimulateOptions, copy: ServerCopy, context: CliContext): SimulationRequest {
  const { recipients, reminders, campaigns } = copy;
  const { from: fromMs, to: toMs, down: outages } = options;
  const known = idsByName(recipients);
  const changes = [...options.zoneChange, ...options.dateChange].map((change) => {
    const recipient = known.get(change.recipient);
    if (recipient === undefined)
      throw usageFailure(`there is no recipient "${change.recipient}"; allowed: an id, or an externalId`);
    if (change.atMs < fromMs || change.atMs > toMs)
      throw usageFailure(`the change of "${change.recipient}" lies outside of --from and --to`);
    return { ...change, recipient };
  });
  const timeZone = context.timeZone;
  return { fromMs, toMs, timeZone, recipients, reminders, campaigns, outages, changes };
}

/** By their id and by the sender's own. */
function idsByName(recipients: readonly SimulatedRecipient[]): Map<string, string> {
  return new Map([
    ...recipients.map(({ id, name = id }) => [name, id] as const),
    ...recipients.map(({ id }) => [id, id] as const),
  ]);
}

async function show(
  report: SimulationReport,
  { json, svg }: SimulateOptions,
  context: CliContext,
): Promise<void> {
  const { output } = context;
  if (svg !== undefined) await draw(report, svg, context);
  if (json) output.printJson(forPrograms(report));
  else printReport(report, output);
  if (svg !== undefined && !json) output.printRemark(`The calendar is in ${svg}.`);
}

async function draw(report: SimulationReport, path: string, { timeZone }: CliContext): Promise<void> {
  const days = [report.fromMs, report.toMs - 1].map((ms) => dayOfWall(zoneNamed(timeZone).wallAt(ms)));
  const [firstDay = 0, lastDay = 0] = days;
  const title = `Deliveries from ${formatDate(firstDay)} to ${formatDate(lastDay)}`;
  const file = await beginAtomicFile(path);
  try {
    await file.write(heatMap(report.deliveries, { title, firstDay, lastDay }));
    await file.commit();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

/** Instants in ISO 8601, as at every border. */
function forPrograms({ fromMs, toMs, deliveries, ...others }: SimulationReport): object {
  const iso = (ms: number): string => new Date(ms).toISOString();
  return {
    from: iso(fromMs),
    to: iso(toMs),
    ...others,
    deliveries: deliveries.map(({ dueMs, sentMs, ...delivery }) => ({
      ...delivery,
      due: iso(dueMs),
      sent: sentMs === null ? null : iso(sentMs),
    })),
  };
}
