import { describe, expect, test } from "vitest";
import { clockFinding } from "./clock-check.ts";

const SERVER = Date.parse("2026-11-23T08:30:00Z");
const DATE = new Date(SERVER).toUTCString();

describe("clockFinding()", () => {
  test.each([
    ["agrees", 0, "ok"],
    ["is within the second that the header counts by", 999, "ok"],
    ["is 1.9 s ahead, of which the header may hide 1 s", 1_900, "ok"],
    ["is 2.5 s ahead", 2_500, "warn"],
    ["is 1.5 s behind", -1_500, "warn"],
    ["is 32 s ahead", 32_000, "fail"],
    ["is 31 s behind", -31_000, "fail"],
  ])("clockFinding() judges by what is certain when this machine %s", (_name, offMs, status) => {
    const at = SERVER + offMs;
    expect(clockFinding({ sentMs: at, receivedMs: at, date: DATE }).status).toBe(status);
  });

  test("clockFinding() takes a slow way for no difference", () => {
    const reading = { sentMs: SERVER - 20_000, receivedMs: SERVER + 20_000, date: DATE };
    expect(clockFinding(reading).status).toBe("ok");
  });

  test("clockFinding() says by how much, and on which side", () => {
    const at = SERVER - 45_000;
    expect(clockFinding({ sentMs: at, receivedMs: at, date: DATE })).toMatchObject({
      text: "this machine is 45.0 s or more behind the server",
      mend: expect.stringContaining("NTP"),
    });
  });

  test.each([null, "yesterday"])("clockFinding() compares nothing when the header is %s", (date) => {
    expect(clockFinding({ sentMs: 0, receivedMs: 0, date })).toMatchObject({ status: "ok" });
  });
});
