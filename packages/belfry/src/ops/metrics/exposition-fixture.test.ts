import { describe, expect, test } from "vitest";
import { readExposition } from "./exposition-fixture.ts";

const COUNTER = "# HELP a_total All.\n# TYPE a_total counter\n";
const HISTOGRAM = "# HELP h Long.\n# TYPE h histogram\n";

describe("readExposition()", () => {
  test("readExposition() reads names, labels and values", () => {
    const families = readExposition(`${COUNTER}a_total{way="x\\"y",n="1"} 2\na_total{way="z"} 0.5\n`);
    expect(families.get("a_total")).toEqual({
      name: "a_total",
      type: "counter",
      help: "All.",
      samples: [
        { name: "a_total", labels: { way: 'x\\"y', n: "1" }, value: 2 },
        { name: "a_total", labels: { way: "z" }, value: 0.5 },
      ],
    });
  });

  test.each([
    ["the last line has no end", `${COUNTER}a_total 1`],
    ["it stands before every family", "a_total 1\n"],
    ["the family was there before", `${COUNTER}${COUNTER}`],
    ["it is not the type of a_total", "# HELP a_total All.\n# TYPE b_total counter\n"],
    ["it is no sample of a_total", `${COUNTER}b_total 1\n`],
    ["its value is no number", `${COUNTER}a_total one\n`],
    ["Cannot read the labels", `${COUNTER}a_total{way=x} 1\n`],
    ["a series is there twice", `${COUNTER}a_total{a="1",b="2"} 1\na_total{b="2",a="1"} 1\n`],
    ["a counter is negative", `${COUNTER}a_total -1\n`],
    ["a counter's name ends in _total", "# HELP a All.\n# TYPE a counter\na 1\n"],
    ["it has no type", "# HELP a All.\n"],
    ["buckets fall", `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
    ["bounds fall", `${HISTOGRAM}h_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`],
    ["the last bucket does not hold all", `${HISTOGRAM}h_bucket{le="1"} 2\nh_sum 1\nh_count 2\n`],
  ])("readExposition() refuses it when %s", (why, text) => {
    expect(() => readExposition(text)).toThrow(why);
  });
});
