import { describe, expect, test } from "vitest";
import { createIdSource, deliveryId, occurrenceId } from "./ids.ts";

const zeros = (count: number) => new Uint8Array(count);

describe("createIdSource()", () => {
  test("makes ids that sort by the time of their making", () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const ids = createIdSource(
      () => nowMs++,
      (count) => crypto.getRandomValues(new Uint8Array(count)),
    );
    const made = Array.from({ length: 200 }, () => ids.next("rem"));
    expect([...made].sort()).toEqual(made);
  });

  test("makes ids that sort also within one millisecond, and when the clock is set back", () => {
    let nowMs = Date.UTC(2026, 0, 1);
    const ids = createIdSource(
      () => nowMs,
      (count) => crypto.getRandomValues(new Uint8Array(count)),
    );
    const made = Array.from({ length: 2_000 }, () => ids.next("rem"));
    nowMs -= 5_000;
    made.push(ids.next("rem"));
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(2_001);
  });

  test("makes a prefix and 26 characters of the compact alphabet", () => {
    expect(createIdSource(() => 0, zeros).next("wrk")).toMatch(/^wrk_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  test("counts up within a millisecond, over all bytes behind the version", () => {
    const ids = createIdSource(
      () => Date.UTC(2026, 0, 1),
      () => Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 7, 255, 254]),
    );
    expect(Array.from({ length: 4 }, () => ids.next("rem"))).toEqual([
      "rem_06dqdpn801r030g30g2gc1zzzr",
      "rem_06dqdpn801r030g30g2gc1zzzw",
      "rem_06dqdpn801r030g30g2gc20000",
      "rem_06dqdpn801r030g30g2gc20004",
    ]);
  });

  test("sets version and variant of RFC 9562, so that different bytes stay different", () => {
    const ones = createIdSource(
      () => 0,
      (count) => new Uint8Array(count).fill(255),
    );
    expect(ones.next("rem")).not.toBe(createIdSource(() => 0, zeros).next("rem"));
  });
});

describe("occurrenceId()", () => {
  const identity = { tenantId: "tnt_1", series: "rem_1", kind: "rule", key: "2026-03-15T09:00" } as const;

  test("gives the same id for the same occurrence, and another for any other", () => {
    const others = [
      { ...identity, tenantId: "tnt_2" },
      { ...identity, series: "rem_2" },
      { ...identity, kind: "snooze" as const },
      { ...identity, key: "2027" },
    ];
    expect(occurrenceId(identity)).toBe(occurrenceId({ ...identity }));
    expect(new Set([identity, ...others].map(occurrenceId)).size).toBe(5);
  });

  test("sorts by the minute of its key, and a delivery's id with it", () => {
    const keys = [
      "1999-01-01T00:00",
      "2026",
      "2026-03-15T09:00",
      "2026-03-15T09:01:30",
      "2026-11-01T01:30-04:00",
      "9999-12-31T23:59",
    ];
    const ids = keys.map((key) => occurrenceId({ ...identity, key }));
    expect([...ids].sort()).toEqual(ids);
    const deliveries = ids.map((id) => deliveryId(id, "", "inbox"));
    expect([...deliveries].sort()).toEqual(deliveries);
    expect(ids.every((id) => /^occ_[0-9a-hjkmnp-tv-z]{27}$/.test(id))).toBe(true);
    expect(occurrenceId({ ...identity, kind: "trigger", key: "req_1" })).toMatch(
      /^occ_[0-9a-hjkmnp-tv-z]{27}$/,
    );
  });

  test("keeps its parts apart", () => {
    const a = occurrenceId({ ...identity, series: "ab", key: "c" });
    expect(a).not.toBe(occurrenceId({ ...identity, series: "a", key: "bc" }));
  });

  test("never changes from one version of Belfry to the next", () => {
    expect(occurrenceId(identity)).toBe("occ_0zr9yvwfbzqreg8nkey8bhz0wa7");
    expect(deliveryId(occurrenceId(identity), "https://one.test/", "webhook")).toBe(
      "dlv_0zr9yvwwvavj0e3yc7r912hwntp",
    );
  });
});
