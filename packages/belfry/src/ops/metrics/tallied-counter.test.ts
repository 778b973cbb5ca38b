import { Registry } from "@prometheus-io/client";
import { expect, test } from "vitest";
import { TalliedCounter } from "./tallied-counter.ts";

function createCounter() {
  const registry = new Registry();
  const counter = new TalliedCounter({
    name: "rung_total",
    help: "Bells that rang.",
    labelNames: ["bell"],
    registers: [registry],
  });
  return { registry, counter };
}

test("series() shows each series from the start", async () => {
  const { registry, counter } = createCounter();
  counter.series({ bell: "great" });
  expect(await registry.metrics()).toContain('rung_total{bell="great"} 0');
});

test("a tally is told once, however often the counter is read", async () => {
  const { registry, counter } = createCounter();
  const [great, small] = [counter.series({ bell: "great" }), counter.series({ bell: "small" })];
  great.n += 2;
  small.n += 1;
  await registry.metrics();
  expect(await registry.metrics()).toMatch(/bell="great"} 2\nrung_total{bell="small"} 1/);
  great.n += 3;
  expect(await registry.metrics()).toMatch(/bell="great"} 5\nrung_total{bell="small"} 1/);
});
