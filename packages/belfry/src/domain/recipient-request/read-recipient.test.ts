import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RECIPIENT_FIELDS, type RecipientContext, readRecipient } from "./read-recipient.ts";

const CONTEXT: RecipientContext = {
  nowMs: Date.UTC(2026, 2, 1),
  timeZone: "UTC",
  checkAddress: () => null,
};

const date = fc.oneof(
  fc.constantFrom("1990-02-28", "2000-02-29", "--02-29", "2026-03-01", "2026-03-02", "x"),
  fc.date({ noInvalidDate: true, min: new Date(0) }).map((one) => one.toISOString().slice(0, 10)),
);
const recipient = fc.record(
  {
    externalId: fc.oneof(fc.string(), fc.constant(null)),
    firstName: fc.oneof(fc.string(), fc.constantFrom(null, "Ada")),
    addresses: fc.record(
      {
        sms: fc.constantFrom("+1 (415) 555-2671", "+33 6 12 34 56 78", "415"),
        email: fc.emailAddress(),
        telegram: fc.integer().map(String),
      },
      { requiredKeys: [] },
    ),
    channels: fc.uniqueArray(fc.constantFrom("sms", "email", "x")),
    timeZone: fc.constantFrom(...Intl.supportedValuesOf("timeZone"), "US/Eastern", "EST", null),
    locale: fc.constantFrom("en-us", "PT-br", "zh-hant-tw", "i-klingon", "en_GB", null),
    dates: fc.dictionary(fc.constantFrom("birthday", "hired", "b d"), date),
    quietHours: fc.oneof(
      fc.constant(null),
      fc.record({ from: fc.constant("22:00"), to: fc.constantFrom("07:00", "22:00") }),
    ),
    // Few, since one that is wrong spoils all of it, and enough must be right.
    tags: fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom("vip", "new")), { maxLength: 3 }),
    attributes: fc.dictionary(fc.oneof(fc.string(), fc.constant("plan")), fc.jsonValue(), { maxKeys: 3 }),
  },
  { requiredKeys: [] },
);

describe("readRecipient()", () => {
  test("reads what it has read as the same, and names a field and what is allowed for all else", () => {
    let good = 0;
    const property = fc.property(recipient, (input) => {
      const once = readRecipient(input, CONTEXT);
      if (once.ok) {
        good += 1;
        expect(readRecipient(once.value, CONTEXT)).toEqual(once);
        return;
      }
      for (const { path, message, allowed } of once.issues) {
        expect(RECIPIENT_FIELDS).toContain(path[0]);
        expect(message).toMatch(/^(is|has|holds) /);
        expect(allowed).not.toBe("");
      }
    });
    fc.assert(property, { numRuns: 2_000 });
    expect(good).toBeGreaterThan(50);
  });

  test("is told by the channel what it says of an address, in the form that is kept", () => {
    const asked: string[] = [];
    const checkAddress: RecipientContext["checkAddress"] = (channel, address) => {
      asked.push(`${channel} ${address}`);
      return channel === "sms"
        ? { ok: false, message: "is not on the list", allowed: "a number on the list" }
        : null;
    };
    const input = { addresses: { sms: "+1 415 555 2671", email: "no address", pager: "7" } };
    const read = readRecipient(input, { ...CONTEXT, checkAddress });
    expect(asked).toEqual(["sms +14155552671", "pager 7"]);
    expect(read.ok ? [] : read.issues.map(({ path, allowed }) => [path.join("."), allowed])).toEqual([
      ["addresses.sms", "a number on the list"],
      ["addresses.email", expect.stringContaining("ada@example.com")],
    ]);
  });

  test.each([
    ["Pacific/Auckland", "2026-03-01", true],
    ["Pacific/Auckland", "2026-03-02", false],
    ["America/New_York", "2026-02-28", true],
    ["America/New_York", "2026-03-01", false],
  ])("takes the day in %s for today: %s is %s", (timeZone, birthday, ok) => {
    expect(readRecipient({ timeZone, dates: { birthday } }, CONTEXT).ok).toBe(ok);
  });

  test("leaves names of the language alone", () => {
    const input = JSON.parse('{"attributes":{"__proto__":{"x":1},"constructor":2},"tags":["toString"]}');
    const read = readRecipient(input, CONTEXT);
    expect(read.ok && JSON.stringify(read.value.attributes)).toBe('{"__proto__":{"x":1},"constructor":2}');
    expect(readRecipient(JSON.parse('{"__proto__":1}'), CONTEXT)).toMatchObject({
      issues: [{ path: ["__proto__"], message: "is not a known field" }],
    });
  });
});
