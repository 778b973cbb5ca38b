import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { ROOT } from "./source-files.ts";

export const DASHBOARD = "deploy/grafana/belfry.json";
export const ALERTS = "deploy/prometheus/alerts.yml";

/** An alert, as far as the tests look at it. */
export interface Alert {
  alert: string;
  expr: string;
  for?: string;
  labels?: { severity?: string };
  annotations?: { summary?: string; description?: string; runbook_url?: string };
}

/** A panel or a row of a dashboard, likewise. */
export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { h: number; w: number; x: number; y: number };
  targets?: { expr: string; refId: string }[];
}

/** A dashboard, likewise. */
export interface Dashboard {
  uid: string;
  panels: Panel[];
  templating: { list: { name: string; type: string; definition?: string }[] };
  annotations: { list: { expr?: string }[] };
}

/** An expression, and the alert or the panel that it is of. */
export interface Query {
  of: string;
  expr: string;
}

export function readAlerts(): Alert[] {
  const file = parse(readFileSync(join(ROOT, ALERTS), "utf8")) as { groups: { rules: Alert[] }[] };
  return file.groups.flatMap(({ rules }) => rules);
}

export function readDashboard(): Dashboard {
  return JSON.parse(readFileSync(join(ROOT, DASHBOARD), "utf8")) as Dashboard;
}

/** Every expression of the alerts and the dashboard. What Grafana would put in for itself is put in. */
export function readQueries(): Query[] {
  const { panels, annotations } = readDashboard();
  const shown = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ of: title, expr })));
  const marked = annotations.list.flatMap(({ expr }) =>
    expr === undefined ? [] : [{ of: "annotations", expr }],
  );
  const alerts = readAlerts().map(({ alert, expr }) => ({ of: alert, expr }));
  return [...alerts, ...shown, ...marked].map(({ of, expr }) => ({
    of,
    expr: expr.replaceAll("$__rate_interval", "1m"),
  }));
}
