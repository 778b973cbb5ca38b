import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";
import type { CliRun } from "../test/run.ts";

let app: AppUnderTest;
let folder: string;
beforeEach(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), "belfry-people-"));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function importing(name: string, content: string | Uint8Array, ...argv: string[]): Promise<CliRun> {
  const path = join(folder, name);
  await writeFile(path, content);
  return app.run(["recipients", "import", path, ...argv]);
}

async function people(): Promise<Record<string, unknown>[]> {
  return JSON.parse((await app.run(["recipients", "list", "--all", "--json"])).out).items;
}

const CSV = `\uFEFFexternalId;First Name;email;Phone;tags;birthday;attributes.plan
u1;Ada;ada@example.com;06 12 34 56 78;vip, early;1990-02-28;gold

u2;Bob;bob;+14155552671;;2001-02-29;
u3;"Carol
the second";carol@example.com;;x|y;--02-29;3
;Dora;dora@example.com;;;;
;Eve;;;;;
u4;Fay;;;;;;;too;many
`;

describe("belfry recipients import of CSV", () => {
  test("takes the good ones, and reports the others by line, field, value and reason", async () => {
    const { code, err, out } = await importing("people.csv", CSV, "--country", "FR");
    expect(out).toBe("");
    expect(err).toMatch(/^Cannot import line 4: addresses.email "bob" is not an e-mail address; allowed: /m);
    expect(err).toMatch(/^ {2}also dates.birthday "2001-02-29" is not a date that there is; allowed: /m);
    expect(err).toMatch(/^Cannot import line 8: externalId is missing; allowed: your own id/m);
    expect(err).toMatch(/^Cannot import line 9: it has 10 values; allowed: at most 7/m);
    expect(err).toMatch(/^Cannot import line 5: firstName "Carol\\nthe second" holds a control character; /m);
    expect(err).toMatch(/^Imported 2 recipients: 2 added; 4 failed\.$/m);
    expect(code).toBe(1);
    expect(await people()).toMatchObject([
      {
        externalId: "u1",
        firstName: "Ada",
        addresses: { email: "ada@example.com", sms: "+33612345678" },
        tags: ["vip", "early"],
        dates: { birthday: "1990-02-28" },
        attributes: { plan: "gold" },
      },
      { externalId: "dora@example.com", firstName: "Dora" },
    ]);
  });

  test("changes who is there already, leaves what the file does not say, and a repeat changes nothing", async () => {
    await app.run([
      "recipients",
      "add",
      "--external-id",
      "u1",
      "--zone",
      "Asia/Tokyo",
      "--email",
      "old@b.co",
    ]);
    const csv = "externalId,sms,email\nu1,+14155552671,\nu2,,new@b.co\n";
    expect((await importing("a.csv", csv)).err).toBe("Imported 2 recipients: 1 added, 1 changed.\n");
    const again = await importing("a.csv", csv, "--json");
    expect(again.err).toBe("Imported 2 recipients: 2 as they were.\n");
    expect(
      again.out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { line: 2, status: "unchanged", externalId: "u1" },
      { line: 3, status: "unchanged", externalId: "u2" },
    ]);
    expect((await people())[0]).toMatchObject({
      timeZone: "Asia/Tokyo",
      addresses: { email: "old@b.co", sms: "+14155552671" },
    });
  });

  test("refuses columns that it does not know before it sends anything, and takes them as it is told", async () => {
    const csv = "email,Shoe size,Cell\na@b.co,42,+14155552671\n";
    const refused = await importing("b.csv", csv);
    expect(refused).toMatchObject({ code: 2, out: "" });
    expect(refused.err).toContain('the column "Shoe size" is not known; allowed: externalId, ');
    expect(await people()).toEqual([]);
    const mapped = await importing("b.csv", csv, "--map", "Cell=sms", "--others", "attributes");
    expect(mapped).toMatchObject({ code: 0, err: "Imported 1 recipient: 1 added.\n" });
    expect(await people()).toMatchObject([
      { addresses: { email: "a@b.co", sms: "+14155552671" }, attributes: { "Shoe size": 42 } },
    ]);
    const ignored = await importing("b.csv", csv, "--others", "ignore");
    expect(ignored.err).toContain("1 as they were");
    const missing = await importing("b.csv", csv, "--map", "Fax=sms");
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.err).toContain('--map names the column "Fax", which the file has not');
    expect((await importing("c.csv", "email,E-Mail\na@b.co,c@d.co\n")).err).toContain(
      "says what another one says",
    );
  });

  test("takes quotes as they stand, tells of one that stays open, and stops at what is not UTF-8", async () => {
    const broken = await importing("d.csv", 'email,firstName\na@b.co,"A"x\nc@d.co,C\ne@f.co,"E\n');
    expect(broken.err).toMatch(
      /^Cannot import line \d: Quote Not Closed: .* line 4; nothing behind it is read$/m,
    );
    expect(broken.err).toMatch(/^Imported 2 recipients: 2 added; 1 failed\.$/m);
    expect(await people()).toMatchObject([{ firstName: '"A"x' }, { firstName: "C" }]);
    const latin = await importing("e.csv", Buffer.from("email,firstName\ne@f.co,Ren\xe9\n", "latin1"));
    expect(latin).toMatchObject({ code: 2 });
    expect(latin.err).toContain("is not in UTF-8");
  });

  test("takes 2,500 in batches, with a bar where somebody watches", async () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => `u${at},N${at}`);
    const path = join(folder, "many.csv");
    await writeFile(path, `externalId,firstName\n${rows.join("\n")}\n`);
    const shown: string[] = [];
    let nowMs = Date.parse("2026-03-01T00:00:00Z");
    const watching = {
      stderr: { write: (text: string) => void shown.push(text), isTTY: true },
      now: () => (nowMs += 60),
    };
    const { code } = await app.run(["recipients", "import", path], watching);
    expect(code).toBe(0);
    expect(shown.some((text) => /\[#{12}\.{12}\] {2}5\d % 1,\d\d\d recipients$/.test(text))).toBe(true);
    expect(shown.at(-1)).toBe("Imported 2,500 recipients: 2,500 added.\n");
    expect(await app.rig.store.countRecipients("tnt_test")).toBe(2_500);
  });
});

describe("belfry recipients import of NDJSON", () => {
  test("takes lines as the API takes and gives them; one that comes again changes the first", async () => {
    const lines = [
      { externalId: "u1", firstName: "Ada", timeZone: "Europe/Kiev" },
      { id: "rcp_1", revision: 3, externalId: "u2", createdAt: "x", updatedAt: "x" },
      { externalId: "u1", lastName: "Lovelace" },
      { externalId: "u3", colour: "red" },
    ].map((line) => JSON.stringify(line));
    const { code, err } = await importing("a.ndjson", [...lines, "not json", "[1]"].join("\n"));
    expect(code).toBe(1);
    expect(err).toMatch(
      /^Cannot import line 4: colour "red" is not a known field; allowed: only externalId/m,
    );
    expect(err).toMatch(/^Cannot import line 5: it is not JSON/m);
    expect(err).toMatch(/^Cannot import line 6: it is no JSON object/m);
    expect(err).toMatch(/^Imported 3 recipients: 2 added, 1 changed; 3 failed\.$/m);
    expect(await people()).toMatchObject([
      { externalId: "u1", firstName: "Ada", lastName: "Lovelace", timeZone: "Europe/Kyiv" },
      { externalId: "u2" },
    ]);
  });

  test("reads standard input, and --dry-run stores nothing", async () => {
    const stdin = () => Readable.from([Buffer.from('{"externalId":"u1"}\n{"timeZone":"EST"}\n')]);
    const argv = ["recipients", "import", "-", "--format", "ndjson"];
    const dry = await app.run([...argv, "--dry-run"], { stdin: stdin() });
    expect(dry.code).toBe(1);
    expect(dry.err).toMatch(/^Cannot import line 2: externalId is missing; allowed: your own id/m);
    expect(dry.err).toMatch(/^ {2}also timeZone "EST" is not a time zone/m);
    expect(dry.err).toMatch(/^1 recipient would be sent; 1 failed\.$/m);
    expect(await people()).toEqual([]);
    await app.run(argv, { stdin: stdin() });
    expect(await people()).toMatchObject([{ externalId: "u1" }]);
  });

  test("says how to go on when the user breaks it off", async () => {
    const interruption = AbortSignal.abort();
    const path = join(folder, "a.ndjson");
    await writeFile(path, '{"externalId":"u1"}\n{"externalId":"u2"}\n');
    const { code, err } = await app.run(["recipients", "import", path], { interruption });
    expect(code).toBe(1);
    expect(err).toContain("it was broken off");
  });
});

const CARDS = [
  "BEGIN:VCARD",
  "VERSION:3.0",
  "N:Lovelace;Ada;Augusta;Ms.;",
  "FN:Ada\\, Countess of Love",
  " lace",
  "item1.EMAIL;type=INTERNET:second@example.com",
  "EMAIL;type=INTERNET;type=pref:ada@example.com",
  "TEL;type=HOME:+44 20 7946 0000",
  "TEL;type=CELL;type=VOICE:(415) 555-2671",
  "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29",
  "CATEGORIES:vip,early\\,bird",
  "TZ:US/Pacific",
  "PHOTO;ENCODING=b;TYPE=JPEG:AAAA",
  "UID:ada-1",
  "END:VCARD",
  "BEGIN:VCARD",
  "VERSION:4.0",
  "FN:Bob",
  'TEL;VALUE=uri;PREF=2;TYPE="voice,cell":tel:+1-415-555-0000',
  'TEL;VALUE=uri;PREF=1;TYPE="voice,cell":tel:+1-415-555-2672',
  "TEL;TYPE=fax:+14155559999",
  "BDAY:19900315",
  "ANNIVERSARY:--0601",
  "LANG:pt-br",
  "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
  "END:VCARD",
  "BEGIN:VCARD",
  "VERSION:2.1",
  "FN:Old",
  "END:VCARD",
  "BEGIN:VCARD",
  "VERSION:4.0",
  "FN:Nobody",
  "BDAY:circa 1800",
  "EMAIL:nobody@example.com",
  "END:VCARD",
  "BEGIN:VCARD",
  "VERSION:4.0",
  "FN:Cut",
];

describe("belfry recipients import of vCards", () => {
  test.each(["\n", "\r\n"])("takes versions 3.0 and 4.0, with lines that end in %j", async (end) => {
    const { code, err } = await importing("people.vcf", CARDS.join(end), "--country", "US");
    expect(code).toBe(1);
    expect(err).toMatch(/^Cannot import line 27: it is of the version 2\.1; allowed: vCard 3\.0 and 4\.0$/m);
    expect(err).toMatch(/^Cannot import line 31: dates.birthday "circa 1800" is not a date; allowed: /m);
    expect(err).toMatch(/^Cannot import line 37: the card has no end/m);
    expect(err).toMatch(/^Imported 2 recipients: 2 added; 3 failed\.$/m);
    expect(await people()).toMatchObject([
      {
        externalId: "ada-1",
        firstName: "Ada",
        lastName: "Lovelace",
        fullName: "Ada, Countess of Lovelace",
        addresses: { email: "ada@example.com", sms: "+14155552671" },
        timeZone: "America/Los_Angeles",
        dates: { birthday: "--02-29" },
        tags: ["vip", "early bird"],
      },
      {
        externalId: "4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        fullName: "Bob",
        addresses: { sms: "+14155552672" },
        dates: { birthday: "1990-03-15", anniversary: "--06-01" },
        locale: "pt-BR",
      },
    ]);
    const again = await importing("people.vcf", CARDS.join(end), "--country", "US");
    expect(again.err).toMatch(/^Imported 2 recipients: 2 as they were; 3 failed\.$/m);
  });
});
