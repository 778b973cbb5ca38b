import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";

let app: AppUnderTest;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const ADD = [
  ...["recipients", "add", "--external-id", "u1", "--first-name", "Ada", "--last-name", "Lovelace"],
  ...[
    "--email",
    "ada@example.com",
    "--contact",
    "webhook=https://one.test/",
    "--zone",
    "local",
    "--locale",
    "en",
  ],
  ...["--birthday=--02-28", "--date", "hired=2019-04-01", "--tag", "vip,early", "--tag", "x"],
  ...["--attribute", "plan=gold", "--attribute", "seats=3", "--quiet", "22:00-7:00", "--quiet-days", "1,2"],
  ...["--channels", "email,webhook"],
];

describe("belfry recipients", () => {
  test("adds, shows, lists and deletes", async () => {
    const added = await app.run(ADD);
    expect(added).toMatchObject({ code: 0, err: "" });
    expect(added.out).toMatch(/^Added rcp_\w{26}: Ada Lovelace\n/);
    expect(added.out).toContain('belfry add "Hello" --in 10s --recipient u1');
    const shown = await app.run(["recipients", "show", "u1", "--json"]);
    expect(JSON.parse(shown.out)).toMatchObject({
      externalId: "u1",
      addresses: { email: "ada@example.com", webhook: "https://one.test/" },
      channels: ["email", "webhook"],
      timeZone: "Europe/Paris",
      dates: { birthday: "--02-28", hired: "2019-04-01" },
      quietHours: { from: "22:00", to: "07:00", days: [1, 2] },
      tags: ["vip", "early", "x"],
      attributes: { plan: "gold", seats: 3 },
    });
    const text = (await app.run(["recipients", "show", "u1"])).out;
    for (const line of [/^external id +u1$/m, /^name +Ada Lovelace$/m, /^email +ada@example.com$/m])
      expect(text).toMatch(line);
    expect(text).toMatch(/^quiet hours +22:00 to 07:00, from Mon, Tue$/m);
    const list = await app.run(["recipients", "list", "--tag", "vip", "--attribute", "seats=3"]);
    expect(list.out).toMatch(/^rcp_\w+ +u1 +Ada Lovelace +Europe\/Paris +email, webhook +vip, early, x$/m);
    const none = await app.run(["recipients", "list", "--search", "bob"]);
    expect(none).toMatchObject({ out: "", err: "No recipient is like that.\n" });
    const gone = await app.run(["recipients", "delete", "u1", "u2"]);
    expect(gone).toMatchObject({ code: 1, out: "Deleted u1.\n" });
    expect(gone.err).toContain(
      'Cannot delete the recipient u2: there is none with the id or externalId "u2"',
    );
    expect((await app.run(["recipients"])).err).toContain("There are no recipients.");
  });

  test("lists on until it has found as many as it was asked for", async () => {
    const many = Array.from({ length: 6_000 }, (_, at) => ({
      externalId: `u${at}`,
      tags: at % 2_900 === 1 ? ["rare"] : [],
    }));
    for (let at = 0; at < many.length; at += 1000)
      await app.rig.engine.upsertRecipients({ id: "tnt_test", timeZone: "UTC" }, many.slice(at, at + 1000));
    const all = await app.run(["recipients", "list", "--tag", "rare"]);
    expect(all.out.match(/rcp_/g)).toHaveLength(3);
    expect(all.err).toBe("");
    const two = await app.run(["recipients", "list", "--tag", "rare", "--limit", "2"]);
    expect(two.out.match(/rcp_/g)).toHaveLength(2);
    expect(two.err).toContain("There are more");
  });

  test("edits what is given, and takes away what is cleared", async () => {
    await app.run(ADD);
    const clear = "addresses.email,dates.hired,last-name,quiet,attributes.seats";
    const edited = await app.run([
      ...[
        "recipients",
        "edit",
        "u1",
        "--zone",
        "America/New_York",
        "--sms",
        "+1 415 555 2671",
        "--clear",
        clear,
      ],
      "--json",
    ]);
    expect(JSON.parse(edited.out)).toMatchObject({
      revision: 2,
      firstName: "Ada",
      lastName: null,
      addresses: { webhook: "https://one.test/", sms: "+14155552671" },
      timeZone: "America/New_York",
      dates: { birthday: "--02-28" },
      quietHours: null,
      attributes: { plan: "gold" },
    });
    const stale = await app.run(["recipients", "edit", "u1", "--first-name", "Eve", "--if-revision", "1"]);
    expect(stale).toMatchObject({ code: 1, out: "" });
    expect(stale.err).toContain("If-Match does not name its revision, which is 2");
  });

  test.each([
    [["add", "--quiet", "22"], "Allowed: two times of day"],
    [["add", "--quiet-days", "8"], "Allowed: days from 1"],
    [["add", "--attribute", "plan"], "Allowed: a name, an equals sign and a value"],
    [["add", "--contact", "sms=1", "--contact", "sms=2"], '"sms" is given twice'],
    [["edit", "u1"], "say what to change"],
    [["edit", "u1", "--clear", "colour"], "Allowed: external-id"],
    [["edit", "u1", "--email", "a@b.co", "--clear", "addresses.email"], "both given and cleared"],
    [["edit", "u1", "--name", "A", "--clear", "name"], "both given and cleared"],
    [["import", "x.pdf"], "say what the file holds: --format csv"],
    [["import", "x.vcf", "--map", "A=sms"], "--map is for columns"],
    [["import", "x.csv", "--country", "France"], "Allowed: two letters"],
  ])("recipients %j ends with 2 and does nothing", async (argv, part) => {
    const { code, err } = await app.run(["recipients", ...argv]);
    expect(err).toContain(part);
    expect(code).toBe(2);
    expect(await app.rig.store.countRecipients("tnt_test")).toBe(0);
  });

  test("tells what the server refuses by field, value and what is allowed", async () => {
    const { code, err } = await app.run(["recipients", "add", "--zone", "EST", "--sms", "4155552671"]);
    expect(code).toBe(1);
    expect(err).toMatch(/addresses.sms "4155552671" is a phone number without its country; allowed: a phone/);
    expect(err).toMatch(/timeZone "EST" is not a time zone: .*; allowed: an IANA time zone/);
  });
});

describe("belfry add --recipient", () => {
  test("reminds a recipient, by chosen channels, and an edit sends it elsewhere", async () => {
    await app.run(ADD);
    const argv = [
      "add",
      "Morning",
      "--cron",
      "0 9 * * *",
      "--recipient",
      "u1",
      "--channels",
      "webhook",
      "--mode",
      "first",
    ];
    const added = await app.run([...argv, "--json"]);
    const reminder = JSON.parse(added.out);
    expect(reminder.to).toEqual({ recipient: reminder.recipientId, channels: ["webhook"], mode: "first" });
    expect(reminder.timeZone).toBe("Europe/Paris");
    const edited = await app.run(["edit", reminder.id, "--recipient", "u1", "--json"]);
    expect(JSON.parse(edited.out).to).toEqual({ recipient: reminder.recipientId });
  });

  test.each([
    [["--recipient", "u1", "--webhook", "https://one.test/"], "--webhook and --recipient exclude each other"],
    [["--channels", "sms"], "--channels needs --recipient"],
    [["--mode", "first"], "--mode needs --recipient"],
    [["--recipient", "u1", "--channels", "a,,b"], "Allowed: names of channels"],
  ])("refuses %j", async (argv, part) => {
    const { code, err } = await app.run(["add", "Morning", "--in", "1h", ...argv]);
    expect(err).toContain(part);
    expect(code).toBe(2);
  });
});

describe("belfry recipients export", () => {
  test("writes what import takes, on another server too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "belfry-recipients-"));
    const path = join(folder, "people.ndjson");
    await app.run(ADD);
    await app.run(["recipients", "add", "--email", "bob@example.com"]);
    expect(await app.run(["recipients", "export", "--output", path])).toMatchObject({ code: 0, out: "" });
    const [ada = "", bob = ""] = (await readFile(path, "utf8")).split("\n");
    expect(JSON.parse(ada)).toMatchObject({ externalId: "u1", exported: { revision: 1 } });
    expect(Object.keys(JSON.parse(bob))).toEqual(["addresses", "exported"]);
    const filtered = await app.run(["recipients", "export", "--tag", "vip"]);
    expect(
      filtered.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).externalId),
    ).toEqual(["u1"]);
    const other = await startApp();
    const imported = await other.run(["recipients", "import", path]);
    expect(imported).toMatchObject({ code: 0, err: "Imported 2 recipients: 2 added.\n" });
    const again = await other.run(["recipients", "import", path]);
    expect(again.err).toBe("Imported 2 recipients: 2 as they were.\n");
    const show = async (of: AppUnderTest) => {
      const { id, ...rest } = JSON.parse((await of.run(["recipients", "show", "u1", "--json"])).out);
      return rest;
    };
    expect(await show(other)).toEqual(await show(app));
    await other.close();
    await rm(folder, { recursive: true });
  });
});
