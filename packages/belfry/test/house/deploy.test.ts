import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Panel, readAlerts, readDashboard, readQueries } from "./deployed-queries.ts";
import { faultIn, selectorsIn } from "./promql.ts";
import { ROOT } from "./source-files.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const OPERATING = "docs/guides/operating.md";

describe("deploy/prometheus", () => {
  test("the alerts each have all that a person needs when one rings", () => {
    const alerts = readAlerts();
    expect(alerts.length).toBeGreaterThan(10);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, for: wait, labels, annotations } of alerts) {
      expect([alert, wait]).toEqual([alert, expect.stringMatching(/^\d+m$/)]);
      expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(warning|critical)$/)]);
      expect([alert, annotations?.summary, annotations?.description]).toEqual([
        alert,
        expect.stringMatching(/^[A-Z].+[^.]$/),
        expect.stringMatching(/\$labels\.instance.*\.$/),
      ]);
    }
  });

  test("the runbook tells what to do for each alert, and for no other", () => {
    const sections = [...read(OPERATING).matchAll(/^### (Belfry\w+)$/gm)].map((match) => match[1] ?? "");
    const alerts = readAlerts();
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
    for (const { alert, annotations } of alerts)
      expect(annotations?.runbook_url).toBe(`${OPERATING}#${alert.toLowerCase()}`);
  });

  test("the sample configuration scrapes Belfry by the name that the alerts know, and loads them", () => {
    const config = parse(read("deploy/prometheus/prometheus.yml")) as {
      rule_files: string[];
      scrape_configs: { job_name: string }[];
    };
    expect(config.rule_files).toEqual(["alerts.yml"]);
    const jobs = config.scrape_configs.map(({ job_name }) => job_name);
    const named = readAlerts().flatMap(({ expr }) =>
      [...expr.matchAll(/job="([^"]+)"/g)].map((match) => match[1]),
    );
    expect(jobs).toEqual([...new Set(named)]);
  });

  test("every expression of the alerts and the dashboard is PromQL", () => {
    const queries = readQueries();
    expect(queries.length).toBeGreaterThan(60);
    const faults = queries.flatMap(({ of, expr }) => {
      const fault = faultIn(expr);
      return fault === null ? [] : [`${of}: ${fault}`];
    });
    expect(faults).toEqual([]);
  });

  test("a broken expression is found out, and what one reads", () => {
    expect(faultIn("sum(rate(a[5m])")).toBe("(the end)");
    expect(selectorsIn('sum by (x) (rate(a_total{y="1", z=~"2"}[5m])) / b')).toEqual([
      { metric: "a_total", labels: ["y", "z"] },
      { metric: "b", labels: [] },
    ]);
  });
});

describe("deploy/grafana", () => {
  const dashboard = readDashboard();

  test("every panel has a name, a description and something to draw, and no other's id", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { type, title, description, targets = [] } of panels) {
      expect(title).not.toBe("");
      if (type === "row") continue;
      expect([title, description]).toEqual([title, expect.stringMatching(/./)]);
      expect(targets.map(({ refId }) => refId)).toEqual(
        [..."ABCDEFGH"].slice(0, Math.max(1, targets.length)),
      );
    }
  });

  test("no panel lies on another or beyond the edge", () => {
    const { panels } = dashboard;
    const isWithin = ({ gridPos: { x, w } }: Panel): boolean => x >= 0 && w > 0 && x + w <= 24;
    expect(panels.filter((panel) => !isWithin(panel)).map(({ title }) => title)).toEqual([]);
    const clashes = panels.flatMap((one, i) =>
      panels.slice(i + 1).filter((other) => overlaps(one.gridPos, other.gridPos)),
    );
    expect(clashes.map(({ title }) => title)).toEqual([]);
  });

  test("every expression asks for the instances that were chosen", () => {
    const chosen = dashboard.panels
      .flatMap(({ targets = [] }) => targets)
      .flatMap(({ expr }) => selectorsIn(expr.replaceAll("$__rate_interval", "1m")));
    const others = chosen.filter(({ labels }) => !labels.includes("job") || !labels.includes("instance"));
    expect(others).toEqual([]);
    expect(dashboard.templating.list.map(({ name }) => name)).toEqual(["datasource", "job", "instance"]);
  });
});

function overlaps(a: Panel["gridPos"], b: Panel["gridPos"]): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
