import type { Client } from "../../client/client.ts";
import { allPages } from "../all-pages.ts";
import type { CliContext } from "../context.ts";
import { checkLine } from "./check-line.ts";
import type { ImportReport } from "./import-report.ts";
import { contentOf, type Importer } from "./importer.ts";

/** What a dry run needs. */
export interface CheckerOptions {
  client: Client;
  context: CliContext;
  report: ImportReport;
  signal: AbortSignal;
  withEnded: boolean;
}

/** Takes lines as an importer does, but only looks at them; it reads from the server and changes nothing. */
export async function createChecker({
  client,
  context,
  report,
  signal,
  withEnded,
}: CheckerOptions): Promise<Importer> {
  const { tenant } = await client.keys.current();
  const endpoints = new Set<string>();
  for await (const { name } of allPages(client.endpoints, {}, { context, signal })) endpoints.add(name);
  let nextLine = 1;
  return {
    flush: async () => {},
    openLine: () => nextLine,
    take: async (line) => {
      nextLine = line.number + 1;
      const content = contentOf(line);
      if (content.kind === "fault") return report.fail(line.number, content.fault);
      if (content.kind === "endpoint") {
        endpoints.add(content.endpoint.name);
        return report.check(line.number);
      }
      const { state } = content.origin;
      if (!withEnded && (state === "finished" || state === "cancelled"))
        return report.skip(line.number, `it is ${state}`);
      const against = { timeZone: tenant.timeZone, nowMs: context.now(), endpoints };
      const fault = checkLine(content.request, against);
      return fault ? report.fail(line.number, fault) : report.check(line.number);
    },
  };
}
