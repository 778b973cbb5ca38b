import { describe, expect, test } from "vitest";
import { TENANT } from "../../http/app-fixture.ts";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";
import { run } from "../test/run.ts";

const HEY = "Hey, {{ recipient.fullName }} it's your birthday";

/** A server with two people, one of whom has a birthday. */
async function withPeople(work: (app: AppUnderTest) => Promise<void>): Promise<void> {
  const app = await startApp();
  try {
    await app.rig.store.ensureTenant({ ...TENANT, nowMs: app.rig.clock.now() });
    const people = [
      {
        externalId: "john",
        firstName: "John",
        lastName: "Doe",
        dates: { birthday: "1990-03-15" },
        tags: ["vip"],
      },
      { externalId: "jane", firstName: "Jane", attributes: { plan: "gold", seats: 3 } },
    ];
    for (const one of people) {
      const body = { ...one, addresses: { webhook: "https://one.test/" }, timeZone: "America/New_York" };
      await app.rig.send({ method: "POST", path: "/v1/recipients", body });
    }
    await app.rig.engine.inStep();
    await work(app);
  } finally {
    await app.close();
  }
}

async function started({ run: runIt }: AppUnderTest, ...argv: string[]): Promise<string> {
  const { out, err } = await runIt(["campaign", ...argv, "--json"]);
  const id = (JSON.parse(out || "{}") as { id?: string }).id;
  if (id === undefined) throw new Error(`Cannot test: ${err}`);
  return id;
}

describe("belfry campaign birthday", () => {
  test("is all that a birthday service takes", () =>
    withPeople(async (app) => {
      const { code, out } = await app.run(["campaign", "birthday", "--message", HEY]);
      expect(code).toBe(0);
      expect(out).toMatch(/^Started cmp_\w+, Birthdays:\n/);
      expect(out).toContain("every year on the recipient's birthday at 09:00, each in their own zone");
      expect(out).toContain("Goes to 2 recipients (1 without the date, who get nothing until they have it).");
      expect(out).toMatch(/2026-03-15T09:00 +America\/New_York +1 +Sun 15 Mar 2026/);
      expect(out).toMatch(/clocks go forward by 60 minutes/);
      const { body } = await app.rig.send({ path: "/v1/campaigns" });
      expect(body.items).toMatchObject([
        {
          name: "Birthdays",
          schedule: { yearly: { on: { recipientDate: "birthday" }, time: "09:00" } },
          content: { text: HEY },
          audience: {},
        },
      ]);
    }));

  test("takes another time, date, leap day, channel and audience", () =>
    withPeople(async (app) => {
      const words = ["--message", "Hi", "--time", "8:00", "--date", "hired", "--leap-day", "mar-1"];
      const whom = ["--channel", "webhook", "--mode", "first", "--tag", "vip", "--tag", "old"];
      const id = await started(app, "birthday", ...words, ...whom, "--attribute", "seats=3");
      expect((await app.rig.send({ path: `/v1/campaigns/${id}` })).body).toMatchObject({
        schedule: { yearly: { on: { recipientDate: "hired" }, time: "08:00", leapDay: "mar-1" } },
        channels: ["webhook"],
        mode: "first",
        audience: { tags: ["vip", "old"], attributes: { seats: 3 } },
      });
    }));

  test("starts nothing with --dry-run, and a repeat with its key starts nothing more", () =>
    withPeople(async (app) => {
      const dry = await app.run(["campaign", "birthday", "--message", "Hi", "--dry-run"]);
      expect(dry.out).toMatch(/^Nothing is started\. It would be:\nevery year/);
      const again = ["birthday", "--message", "Hi", "--idempotency-key", "one"];
      expect(await started(app, ...again)).toBe(await started(app, ...again));
      expect((await app.rig.send({ path: "/v1/campaigns" })).body.items).toHaveLength(1);
    }));
});

describe("belfry campaign add", () => {
  test("starts one of any rule", () =>
    withPeople(async (app) => {
      const words = ["--title", "Team", "--data", '{"a":1}', "--spread", "10m", "--urgent"];
      const rest = ["--useful-for", "2h", "--metadata", "team=blue", "--events-within", "7d"];
      const id = await started(app, "add", "Stand-up", "--cron", "30 9 * * 1-5", ...words, ...rest);
      expect((await app.rig.send({ path: `/v1/campaigns/${id}` })).body).toMatchObject({
        name: "Stand-up",
        schedule: { cron: "30 9 * * 1-5" },
        content: { title: "Team", data: { a: 1 } },
        spread: "PT10M",
        urgent: true,
        usefulFor: "PT2H",
        metadata: { team: "blue" },
        eventsWithin: "P7D",
      });
    }));

  test.each([
    [["add", "X", "--cron", "0 9 * * *"], "say what"],
    [["add", "X", "--message", "Hi"], "say when"],
    [["add", "--cron", "0 9 * * *", "--message", "Hi"], "name it"],
    [["add", "X", "--date", "birthday", "--message", "Hi"], "--date needs --time"],
    [["add", "X", "--date", "d", "--cron", "0 9 * * *", "--message", "Hi"], "exclude each other"],
    [["add", "X", "--cron", "0 9 * * *", "--message", "Hi", "--attribute", "gold"], "plan=gold"],
    [["birthday"], "say what"],
    [["birthday", "--message", ""], "the message is empty"],
    [["birthday", "--message", "Hi", "--leap-day", "mar-2"], "mar-1"],
    [["birthday", "--message", "Hi", "--channel", "a,,b"], "joined by commas"],
    [["start"], "unknown command"],
  ])("refuses %j before anything is sent", async (argv, words) => {
    const { code, err } = await run(["campaign", ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });

  test("tells what the server refuses", () =>
    withPeople(async (app) => {
      const wrong = await app.run(["campaign", "birthday", "--message", "{{ recipient.nick }}"]);
      expect(wrong.code).toBe(1);
      expect(wrong.err).toContain("recipient.nick");
      const channel = await app.run(["campaign", "birthday", "--message", "Hi", "--channel", "pigeon"]);
      expect(channel.err).toContain("pigeon");
    }));
});

describe("belfry campaigns", () => {
  test("lists, shows and previews them, with how far they are", () =>
    withPeople(async (app) => {
      const empty = await app.run(["campaigns"]);
      expect(empty.err).toContain("There are no campaigns. Start one: belfry campaign birthday");
      const id = await started(app, "birthday", "--message", "Hi", "--tag", "vip");
      await app.rig.engine.inStep();
      const { out } = await app.run(["campaigns"]);
      expect(out).toMatch(/^ID +STATE +REACHES +NAME/);
      expect(out).toMatch(new RegExp(`${id} +active +1 +Birth`));
      const shown = await app.run(["campaigns", "show", id]);
      expect(shown.out).toMatch(/to +who has tag vip\n/);
      expect(shown.out).toMatch(/progress +1 of 2 recipients match\n/);
      expect(JSON.parse((await app.run(["campaigns", "show", id, "--json"])).out)).toMatchObject({ id });
      expect((await app.run(["campaigns", "preview", id])).out).toContain("Goes to 1 recipient.");
      const nobody = await app.run(["campaigns", "show", "cmp_none"]);
      expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining("cmp_none") });
    }));

  test("pause, resume, trigger and stop say what they have done, or why not", () =>
    withPeople(async (app) => {
      const id = await started(app, "add", "Daily", "--cron", "0 9 * * *", "--message", "Hi");
      const say = async (...argv: string[]) => app.run(["campaigns", ...argv]);
      expect((await say("pause", id)).out).toBe(`Paused ${id}: nothing of it is sent until it is resumed.\n`);
      expect(await say("trigger", id)).toMatchObject({ code: 1, err: expect.stringContaining("paused") });
      expect((await say("resume", id, "--missed", "none")).out).toMatch(new RegExp(`^Resumed ${id}: `));
      expect((await say("trigger", id)).out).toContain(`Ringing all of ${id} now`);
      expect((await say("stop", id)).out).toContain(`Stopped ${id}`);
      const refused = await say("pause", id, "cmp_none");
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("stopped") });
      expect(refused.err).toContain("cmp_none");
    }));

  test("edit changes what is given and keeps the rest", () =>
    withPeople(async (app) => {
      const id = await started(app, "birthday", "--message", "Hi", "--tag", "vip");
      await app.rig.engine.inStep();
      const edit = (...argv: string[]) => app.run(["campaigns", "edit", id, ...argv]);
      expect((await edit("--time", "8:00", "--message", "Hello", "--name", "Days")).code).toBe(0);
      const shown = async () => (await app.rig.send({ path: `/v1/campaigns/${id}` })).body;
      expect(await shown()).toMatchObject({
        name: "Days",
        schedule: { yearly: { on: { recipientDate: "birthday" }, time: "08:00" } },
        content: { text: "Hello" },
        audience: { tags: ["vip"] },
      });
      expect((await edit("--everybody", "--channel", "webhook")).out).toMatch(/which has revision 3 now/);
      expect(await shown()).toMatchObject({ audience: {}, channels: ["webhook"] });
      expect((await edit("--name", "Days")).out).toBe(`${id} is as it was.\n`);
      expect(await edit()).toMatchObject({ code: 2, err: expect.stringContaining("say what to change") });
      const both = await edit("--everybody", "--tag", "vip");
      expect(both).toMatchObject({ code: 2, err: expect.stringContaining("--everybody") });
      const stale = await edit("--name", "x", "--if-revision", "1");
      expect(stale).toMatchObject({ code: 1, err: expect.stringContaining("its revision is not 1") });
      expect((await edit("--date", "hired", "--time", "10:00")).code).toBe(0);
      expect(await shown()).toMatchObject({
        schedule: { yearly: { on: { recipientDate: "hired" }, time: "10:00" } },
      });
    }));
});
