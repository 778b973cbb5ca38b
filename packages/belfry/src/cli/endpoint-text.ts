import type { CliContext } from "./context.ts";
import { renderFields } from "./reminder-text.ts";
import type { Endpoint } from "./resources.ts";
import { oneLine, renderTable } from "./table.ts";
import { longTime } from "./time-text.ts";

/** Endpoints as a table for people. */
export function renderEndpoints(endpoints: readonly Endpoint[], { output }: CliContext): string[] {
  return renderTable<Endpoint>(
    [
      { title: "NAME", text: (one) => one.name },
      { title: "STATE", text: (one) => one.state, paint: (text, one) => output.paint(tone(one), text) },
      { title: "SECRETS", text: (one) => String(one.secretCount), alignsRight: true },
      { title: "URL", text: (one) => one.url, shrinks: true },
    ],
    endpoints,
    output.width,
  );
}

/** An endpoint for people: a line for each thing that is known of it. */
export function renderEndpoint(endpoint: Endpoint, context: CliContext): string[] {
  const { output, timeZone } = context;
  const { secretCount } = endpoint;
  return renderFields(
    [
      ["endpoint", output.paint("strong", endpoint.name)],
      ["url", oneLine(endpoint.url)],
      ["state", output.paint(tone(endpoint), endpoint.state)],
      ["reason", oneLine(endpoint.offReason ?? "")],
      ["signed by", secretCount === 0 ? "the secrets of the installation" : `${secretCount} of its own`],
      ["added", longTime(endpoint.createdAt, timeZone)],
      ["changed", longTime(endpoint.updatedAt, timeZone)],
    ],
    context,
  );
}

function tone({ state }: Endpoint): "good" | "bad" {
  return state === "on" ? "good" : "bad";
}
