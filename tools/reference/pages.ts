import { renderSettingsReference } from "../../packages/belfry/src/config/reference.ts";
import { renderApiPage } from "./api-page.ts";
import { renderCliPage } from "./cli-page.ts";
import { readDocument } from "./document.ts";
import { formatJson } from "./format-json.ts";
import { renderMetricsPage } from "./metrics-page.ts";

export interface Page {
  /** From the root of the checkout. */
  path: string;
  url: URL;
  render(): string | Promise<string>;
}

/** All that stands in `docs/reference/`. */
export const PAGES: readonly Page[] = [
  page("settings.md", renderSettingsReference),
  page("cli.md", renderCliPage),
  page("metrics.md", renderMetricsPage),
  page("api.md", async () => renderApiPage(await readDocument())),
  page("openapi.json", async () => formatJson("openapi.json", await readDocument())),
];

function page(name: string, render: Page["render"]): Page {
  const path = `docs/reference/${name}`;
  return { path, url: new URL(`../../${path}`, import.meta.url), render };
}
