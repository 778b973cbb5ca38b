import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ok, runAgainst } from "../test/against.ts";
import { type AppUnderTest, startApp } from "../test/app-fixture.ts";

const RETRY = "POST /v1/deliveries/retry";

/** A terminal where someone types this. */
function typing(text: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.end(text);
  let err = "";
  const write = (part: string): void => {
    err += part;
  };
  return { overrides: { stdin, stderr: { isTTY: true, write } }, told: () => err };
}

describe("belfry redrive", () => {
  test("redrive sends the filter in the API's terms, until now", async () => {
    const answers = { [RETRY]: ok({ matched: 7, isExact: true, retried: 0, dryRun: true }) };
    const argv = ["--state", "expired", "--channel", "webhook", "--reminder", "rem_1", "--error", "timeout"];
    const { out, seen } = await runAgainst(answers, ["redrive", "--dry-run", "--since", "2h", ...argv]);
    expect(out).toBe("7 deliveries would be sent again.\n");
    expect(seen.map(({ body }) => body)).toEqual([
      {
        filter: {
          state: "expired",
          channel: "webhook",
          reminder: "rem_1",
          error: "timeout",
          since: "2026-11-23T06:30:00Z",
          until: "2026-11-23T08:30:00.000Z",
        },
        dryRun: true,
      },
    ]);
  });

  test("redrive ends with 2 and asks nobody when nobody can answer", async () => {
    const { code, err, seen } = await runAgainst({}, ["redrive"]);
    expect(code).toBe(2);
    expect(err).toBe(
      "Cannot redrive: nobody can be asked here; add --yes to send them, or --dry-run to count them\n",
    );
    expect(seen).toEqual([]);
  });

  test("redrive says that there are more than were counted", async () => {
    const answers = { [RETRY]: ok({ matched: 10_000, isExact: false, retried: 0, dryRun: true }) };
    const { out } = await runAgainst(answers, ["redrive", "--dry-run"]);
    expect(out).toBe("more than 10,000 deliveries would be sent again.\n");
  });
});

describe("belfry redrive against the real API", () => {
  let app: AppUnderTest;
  beforeEach(async () => {
    app = await startApp();
    app.rig.outcome({ kind: "permanent", error: "gone for good" });
    await app.rig.engine.start();
  });
  afterEach(async () => {
    await app.rig.engine.stop();
    await app.close();
  });

  async function kill(count: number): Promise<void> {
    const reminder = { schedule: { in: "PT1S" }, to: { channel: "inbox" }, message: "x" };
    const body = { reminders: Array.from({ length: count }, () => reminder) };
    await app.rig.send({ method: "POST", path: "/v1/reminders/batch", body });
    await app.rig.clock.advance(10_000);
  }

  test("redrive sends all again, a thousand in a call, and none of them twice", async () => {
    await kill(1000);
    await kill(500);
    const { code, out } = await app.run(["redrive", "--yes"]);
    expect(code).toBe(0);
    expect(out).toBe("Sending 1,500 deliveries again.\n");
    await app.rig.clock.advance(10_000);
    const { out: again } = await app.run(["redrive", "--dry-run", "--json"]);
    expect(JSON.parse(again)).toEqual({ matched: 1500, isExact: true, retried: 0, dryRun: true });
  });

  test.each([
    ["y\n", "Sending 2 deliveries again.\n", ""],
    ["no\n", "", "Nothing was sent.\n"],
    ["", "", "Nothing was sent.\n"],
  ])("redrive counts, asks on a terminal, and takes %j for what it is", async (typed, out, remark) => {
    await kill(2);
    const { overrides, told } = typing(typed);
    expect(await app.run(["redrive"], overrides)).toMatchObject({ code: 0, out });
    expect(told()).toContain("Send 2 deliveries that are dead again? [y/N] ");
    expect(told().endsWith(remark)).toBe(true);
  });

  test("redrive says so when there is nothing", async () => {
    const { code, out, err } = await app.run(["redrive", "--yes"]);
    expect({ code, out, err }).toEqual({ code: 0, out: "", err: "There is nothing to send again.\n" });
  });
});
