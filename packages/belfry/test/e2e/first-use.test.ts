import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { InboxMessageResource } from "../../src/http/schemas/inbox.ts";
import type { ReminderResource } from "../../src/http/schemas/reminder.ts";
import { askApi } from "./api-request.ts";
import { runBelfry } from "./belfry-command.ts";
import { BelfryProcess } from "./belfry-process.ts";
import { STORES, type StoreName } from "./stores.ts";

const SOON = { timeout: 10_000, interval: 20 };

let belfry: BelfryProcess;

/** A command as the newcomer types it in another terminal; only the port is not the usual one. */
async function type(...args: string[]): Promise<string> {
  const settings = { BELFRY_URL: await belfry.url(), BELFRY_DATA: belfry.dataFolder };
  const { code, out, err } = await runBelfry(args, settings);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

async function start(store: StoreName): Promise<void> {
  belfry = await BelfryProcess.start({}, { store });
}

async function end(): Promise<void> {
  await belfry?.[Symbol.asyncDispose]();
}

describe.each(STORES)("a newcomer on %s", (store) => {
  beforeAll(() => start(store));
  afterAll(end);

  describe("the first start", () => {
    test("prints the key and keeps it for the owner alone; the next start prints it no more", async () => {
      const path = join(belfry.dataFolder, "admin.key");
      expect(belfry.lines.filter((line) => line.includes(belfry.key))).toEqual([`API key: ${belfry.key}`]);
      expect(belfry.lines).toContain(`It is shown this once and kept in ${path}.`);
      const files = store === "SQLite" ? ["admin.key", "webhook.secret"] : ["admin.key"];
      for (const name of files) expect(statSync(join(belfry.dataFolder, name)).mode & 0o777).toBe(0o600);
      await belfry.stop();
      await belfry.restart();
      expect(belfry.lines.filter((line) => line.includes(belfry.key))).toHaveLength(1);
      expect(belfry.complaints).toBe("");
    });

    test("lets everyone ask whether it is up, and nobody in without a key", async () => {
      const url = await belfry.url();
      for (const path of ["/healthz", "/readyz", "/openapi.json"]) {
        expect(await askApi({ url, method: "GET", path })).toMatchObject({ status: 200 });
      }
      for (const path of ["/v1/reminders", "/v1/inbox", "/v1/deliveries", "/v1/endpoints"]) {
        expect(await askApi({ url, method: "GET", path })).toMatchObject({
          status: 401,
          headers: {
            "content-type": "application/problem+json",
            "www-authenticate": expect.stringMatching(/^Bearer/),
          },
          body: { status: 401, code: "unauthorized" },
        });
      }
      const headers = { authorization: `Bearer ${belfry.key}x` };
      expect(await askApi({ url, method: "GET", path: "/v1/reminders", headers })).toMatchObject({
        status: 401,
      });
    });
  });

  describe("a newcomer's first reminder", () => {
    test("rings in the server's terminal at its instant, lies in the inbox, and tells its story", async () => {
      const out = await type("add", "Stretch", "--in", "2s");
      const id = /^Added (rem_\w+): "Stretch" rings in \d seconds?/.exec(out)?.[1] ?? "";
      expect(id, out).not.toBe("");
      const bell = await vi.waitFor(() => {
        const line = belfry.lines.find((one) => one.startsWith("\u{1F514}"));
        expect(line).toBeDefined();
        return line;
      }, SOON);
      expect(bell).toMatch(/^\u{1F514} \d\d:\d\d:\d\d Stretch$/u);

      const { body } = await belfry.api<{ items: InboxMessageResource[] }>("GET", "/v1/inbox");
      expect(body.items).toMatchObject([{ reminderId: id, content: { text: "Stretch" } }]);

      await vi.waitFor(async () => {
        const story = await type("show", id);
        expect(story).toMatch(/delivered it after \d+ ms\./);
        expect(story).toMatch(/It is delivered\.\n$/);
      }, SOON);
      const { deliveryId = "" } = body.items[0] ?? {};
      expect(await type("show", deliveryId)).toContain("The reminder was accepted.");
    });

    test("is made once, however often the same request is repeated", async () => {
      const request = { schedule: { in: "PT1H" }, to: { channel: "inbox" }, message: "once" };
      const ask = (key: string, asked: object) =>
        belfry.api<ReminderResource>("POST", "/v1/reminders", asked, { "idempotency-key": key });
      const answers = await Promise.all([1, 2, 3].map(() => ask("one-key", request)));
      const created = answers.filter(({ status }) => status === 201);
      // One that came while the first was at work is told so, and may ask again.
      expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
      const again = await ask('"one-key"', request);
      expect(again).toMatchObject({ status: 201, headers: { "idempotency-replayed": "true" } });
      for (const answer of created) expect(answer.text).toBe(again.text);
      expect(await ask("one-key", { ...request, message: "other" })).toMatchObject({
        status: 422,
        body: { code: "idempotency_key_reused" },
      });
      const client = await belfry.client();
      const all = await Array.fromAsync(client.reminders.all({ state: "active" }));
      expect(all.filter(({ content }) => content.text === "once").map(({ id }) => id)).toEqual([
        again.body.id,
      ]);
    });
  });
});

describe("a second start on the same folder", () => {
  beforeAll(() => start("SQLite"));
  afterAll(end);

  test("is refused in one line with a code of its own, and the first goes on", async () => {
    const { code, out, err } = await runBelfry(["start"], belfry.settings);
    expect(code).toBeGreaterThan(0);
    expect(out).toBe("");
    expect(err).toMatch(
      /^Cannot use \S+belfry\.lock: another Belfry runs on this folder; stop it first.+\n$/,
    );
    expect(await belfry.api("GET", "/v1/reminders")).toMatchObject({ status: 200 });
  });

  test("is let in once the first was killed", async () => {
    await belfry.kill();
    await belfry.restart();
    expect(await belfry.api("GET", "/v1/reminders")).toMatchObject({ status: 200 });
  });
});

describe("a wrong setting", () => {
  test("is refused at start by its name", async () => {
    const { code, out, err } = await runBelfry(["start"], { BELFRY_PORT: "harbour" });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(/BELFRY_PORT.*harbour/);
  });
});
