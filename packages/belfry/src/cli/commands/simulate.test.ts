import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../client/client.ts";
import type { SimulatedDelivery } from "../../domain/simulation.ts";
import { KEYS } from "../../http/app-fixture.ts";
import { runSimulation } from "../../roles/simulate.ts";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";
import { type CliRun, ROLES_IDLE, run } from "../test/run.ts";

const roles = { ...ROLES_IDLE, simulate: runSimulation };
const YEAR = ["simulate", "--from", "2027-01-01", "--to", "2027-12-31"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-simulate-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Printed {
  from: string;
  to: string;
  leftOut: { id: string; reason: string }[];
  deliveries: (Omit<SimulatedDelivery, "dueMs" | "sentMs"> & { due: string; sent: string | null })[];
}

function read({ code, out, err }: CliRun): Printed {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as Printed;
}

describe("belfry simulate, of a server", () => {
  let app: AppUnderTest;
  let ids: { campaign: string; reminder: string };
  beforeEach(async () => {
    app = await startApp();
    const client = createClient({ url: app.url, key: KEYS.admin });
    const addresses = { webhook: "https://one.test/" };
    await client.recipients.create({
      externalId: "ada",
      timeZone: "Europe/London",
      dates: { birthday: "--12-10" },
      addresses,
    });
    await client.recipients.create({
      externalId: "bob",
      timeZone: "Asia/Tokyo",
      dates: { birthday: "--06-15" },
      addresses,
    });
    const schedule = { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } };
    const campaign = await client.campaigns.create({ name: "Birthdays", schedule, content: { text: "hi" } });
    const reminder = await client.reminders.create({
      schedule: { cron: "0 9 1 */6 *", timeZone: "UTC" },
      message: "half a year",
      to: { channel: "webhook", address: "https://two.test/" },
    });
    ids = { campaign: campaign.id, reminder: reminder.id };
  });
  afterEach(() => app.close());

  const simulate = (...argv: string[]): Promise<CliRun> => app.run([...YEAR, ...argv], { roles });

  test("rehearses all that is active, and changes nothing there", async () => {
    const client = createClient({ url: app.url, key: KEYS.admin });
    const look = () =>
      Promise.all([
        client.reminders.list(),
        client.deliveries.list(),
        client.campaigns.list(),
        client.recipients.list(),
      ]);
    const before = await look();
    const { deliveries, from, to } = read(await simulate("--json"));
    expect([from, to]).toEqual(["2026-12-31T23:00:00.000Z", "2027-12-31T23:00:00.000Z"]);
    expect(deliveries.map(({ source, recipient, sent }) => [source, recipient, sent])).toEqual([
      [ids.reminder, null, "2027-01-01T09:00:00.000Z"],
      [ids.campaign, "bob", "2027-06-15T00:00:00.000Z"],
      [ids.reminder, null, "2027-07-01T09:00:00.000Z"],
      [ids.campaign, "ada", "2027-12-10T09:00:00.000Z"],
    ]);
    expect(await look()).toEqual(before);
  });

  test("rehearses one campaign or one reminder alone", async () => {
    const ofCampaign = read(await simulate("--json", "--campaign", ids.campaign));
    expect(ofCampaign.deliveries.map(({ recipient }) => recipient)).toEqual(["bob", "ada"]);
    const ofReminder = read(await simulate("--json", "--reminder", ids.reminder));
    expect(ofReminder.deliveries.map(({ source }) => source)).toEqual([ids.reminder, ids.reminder]);
    for (const option of ["--campaign", "--reminder"])
      expect(
        await simulate(option, `${option === "--campaign" ? "cmp" : "rem"}_${"0".repeat(26)}`),
      ).toMatchObject({ code: 1 });
  });

  test("takes outages, moves and corrections", async () => {
    const { deliveries } = read(
      await simulate(
        ...["--json", "--campaign", ids.campaign, "--down", "2027-12-10T09:30/PT2H"],
        ...[
          "--zone-change",
          "bob@2027-03-01=Europe/Paris",
          "--date-change",
          "bob@2027-04-01=birthday:--07-01",
        ],
      ),
    );
    expect(deliveries.map(({ recipient, sent }) => [recipient, sent])).toEqual([
      ["bob", "2027-07-01T07:00:00.000Z"],
      ["ada", "2027-12-10T10:30:00.000Z"],
    ]);
    expect(deliveries[1]?.reason).toContain("nothing ran from 2027-12-10T08:30:00Z");
  });

  test("refuses a change of somebody who is not there", async () => {
    const { code, err } = await simulate("--zone-change", "eve@2027-03-01=Europe/Paris");
    expect(code).toBe(2);
    expect(err).toContain('there is no recipient "eve"; allowed: an id, or an externalId');
  });
});

describe("belfry simulate, without a server", () => {
  async function file(...lines: object[]): Promise<string> {
    const path = join(folder, "people.ndjson");
    await writeFile(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    return path;
  }

  const simulate = (...argv: string[]): Promise<CliRun> => run([...YEAR, ...argv], { roles });
  const LEAP = { externalId: "leap", timeZone: "Europe/Paris", dates: { birthday: "1992-02-29" } };
  const GAP = { externalId: "gap", timeZone: "Europe/Paris", dates: { birthday: "--03-28" } };

  test("prints months, hours, and what is out of the ordinary", async () => {
    const path = await file(LEAP, GAP);
    const { code, out } = await simulate(
      "--recipients",
      path,
      "--yearly",
      "birthday",
      "--time",
      "2:30",
      "--down",
      "2027-02-28/2027-02-28T12:00",
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^2 deliveries to 2 recipients, 1 late, 0 not sent\.\n/);
    expect(out).toMatch(/^2027-02 +1 +1 +0$/m);
    expect(out).toMatch(/^03:00 +1 +0$/m);
    expect(out).toMatch(
      /Moved forward, as the clocks skip that time: 1\n.*\ngap .*is skipped in Europe\/Paris/,
    );
    expect(out).toMatch(/Kept for 29 February: 1\n.*\nleap /);
    expect(out).toMatch(/Late: 1\n.*\nleap .*nothing ran from/);
  });

  test("draws a calendar", async () => {
    const [path, svg] = [await file(LEAP, GAP), join(folder, "2027.svg")];
    const { code, err } = await simulate(
      "--recipients",
      path,
      "--yearly",
      "birthday",
      "--time",
      "9:00",
      "--svg",
      svg,
    );
    expect({ code, err }).toEqual({ code: 0, err: `The calendar is in ${svg}.\n` });
    const drawn = await readFile(svg, "utf8");
    expect(drawn).toContain("<title>2027-02-28: 1 delivery</title>");
    expect(drawn.match(/<g><title>/g)).toHaveLength(365);
  });

  test.each<[string, object[], string]>([
    ["a wrong zone", [LEAP, { ...GAP, timeZone: "EST" }], "line 2: timeZone"],
    ["an unknown field", [{ ...LEAP, age: 3 }], "line 1: age is not a known field; allowed: only externalId"],
    ["one id twice", [LEAP, LEAP], '"leap" is in line 1 already'],
    ["nobody", [], "holds no recipient"],
  ])("refuses a file with %s", async (_what, lines, expected) => {
    const { code, err } = await simulate("--recipients", await file(...lines), "--cron", "0 9 * * *");
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });

  test.each([
    [["--to", "2027-01-31"], "required option '--from <time>' not specified"],
    [
      ["--from", "2027-02-30", "--to", "2027-03-01"],
      "There is no such day. Allowed: a day such as 2027-01-31",
    ],
    [["--from", "2027-02-01", "--to", "2027-01-01"], "--to is before --from"],
    [["--from", "2027-01-01", "--to", "2047-01-01"], "ten years at most"],
    [[...YEAR.slice(1), "--down", "soon"], "Allowed: 2027-03-27T22:00/P1D"],
    [[...YEAR.slice(1), "--down", "2029-01-01/P1D"], "--down lies outside of --from and --to"],
    [[...YEAR.slice(1), "--zone-change", "ada@2027-03-01=EST"], "EST"],
    [[...YEAR.slice(1), "--date-change", "ada@2027-03-01=birthday:x"], "Allowed:"],
    [[...YEAR.slice(1), "--campaign", "cmp_1", "--reminder", "rem_1"], "cannot be used with"],
    [[...YEAR.slice(1), "--recipients", "x.ndjson", "--campaign", "cmp_1"], "cannot be used with"],
    [[...YEAR.slice(1), "--recipients", "x.ndjson"], "say when: give one of"],
    [
      [...YEAR.slice(1), "--recipients", "/nowhere/x.ndjson", "--cron", "0 9 * * *"],
      "the file cannot be read",
    ],
    [[...YEAR.slice(1), "--cron", "0 9 * * *"], "--cron goes with --recipients"],
  ])("refuses %j", async (argv, expected) => {
    const { code, err } = await run(["simulate", ...argv], { roles });
    expect(code).toBe(2);
    expect(err).toContain(expected);
  });

  test("refuses a rule that the engine refuses", async () => {
    const { code, err } = await simulate("--recipients", await file(LEAP), "--cron", "0 9 31 2 *");
    expect(code).toBe(1);
    expect(err).toContain("schedule.cron");
  });
});
