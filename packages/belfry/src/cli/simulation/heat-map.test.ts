import { describe, expect, test } from "vitest";
import type { SimulatedDelivery } from "../../domain/simulation.ts";
import { dayNumber } from "../../time/calendar.ts";
import { heatMap } from "./heat-map.ts";

function delivery(local: string, sentMs: number | null = 0): SimulatedDelivery {
  return {
    deliveryId: "dlv_1",
    source: "birthday",
    recipient: "ada",
    channel: "email",
    kind: "rule",
    key: "2027",
    nominal: local,
    dueMs: 0,
    sentMs,
    latenessMs: sentMs,
    state: sentMs === null ? "expired" : "delivered",
    resolved: "exact",
    timeZone: "UTC",
    local,
    reason: null,
  };
}

const YEAR = { title: 'A & B "2027"', firstDay: dayNumber(2027, 1, 1), lastDay: dayNumber(2027, 12, 31) };

describe("heatMap()", () => {
  test("draws each day once, with its number to be read and to be heard", () => {
    const busy = Array.from({ length: 12_345 }, () => delivery("2027-03-15T09:00"));
    const svg = heatMap([...busy, delivery("2027-12-31T09:00"), delivery("2027-05-05T09:00", null)], YEAR);
    expect(svg.match(/<g><title>2027-/g)).toHaveLength(365);
    expect(svg).toContain("<title>2027-03-15: 12,345 deliveries</title>");
    expect(svg).toContain(">12k</text>");
    expect(svg).toContain("<title>2027-12-31: 1 delivery</title>");
    expect(svg).toContain("<title>2027-05-05: 0 deliveries</title>");
  });

  test("has a name and a description, and escapes what it is given", () => {
    const svg = heatMap([delivery("2027-03-15T09:00"), delivery("2027-03-15T10:00")], YEAR);
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="title desc"/);
    expect(svg).toContain('<title id="title">A &#38; B &#34;2027&#34;</title>');
    expect(svg).toMatch(
      /<desc id="desc">.*2 deliveries on 1 day\. Most on one day: 2, on 2027-03-15\.<\/desc>/,
    );
  });

  test("draws years below each other, and only the days that are asked for", () => {
    const svg = heatMap([], {
      title: "t",
      firstDay: dayNumber(2027, 12, 30),
      lastDay: dayNumber(2028, 2, 29),
    });
    expect(svg.match(/<g><title>/g)).toHaveLength(2 + 31 + 29);
    expect(svg).toContain(">2027</text>");
    expect(svg).toContain(">2028</text>");
    expect(svg).toContain("0 deliveries on 0 days.</desc>");
  });

  test("has a shade for each order of magnitude, on which its numbers can be read", () => {
    const counts = [1, 8, 40, 200];
    const all = counts.flatMap((count, day) =>
      Array.from({ length: count }, () => delivery(`2027-03-0${day + 1}T09:00`)),
    );
    const svg = heatMap(all, YEAR);
    const cells = [
      ...svg.matchAll(/<rect [^>]*fill="(#\w{6})"\/><text [^>]*fill="(#\w{6})">\d+<\/text><\/g>/g),
    ];
    expect(new Set(cells.map(([, fill]) => fill)).size).toBe(4);
    for (const [, fill = "", ink = ""] of cells) expect(contrast(fill, ink)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
