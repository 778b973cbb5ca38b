import type { InputIssue } from "../../domain/errors.ts";
import { readRecipient } from "../../domain/recipient-request/read-recipient.ts";
import type { LineFault } from "../transfer/transfer-line.ts";
import { namedRecipient } from "./named-recipient.ts";
import type { RecipientImporter, RecipientImporterOptions } from "./recipient-importer.ts";

/** Takes rows as an importer does, but only looks at them, as the server does; what its channels say, it alone knows. */
export async function createRecipientChecker(options: RecipientImporterOptions): Promise<RecipientImporter> {
  const { client, context, report, country } = options;
  const { tenant } = await client.keys.current();
  return {
    flush: async () => {},
    take: async (row) => {
      if (row.kind === "fault") return report.fail(row.line, row.fault);
      const recipient = namedRecipient(row.recipient, country);
      const checked = readRecipient(recipient, {
        nowMs: context.now(),
        timeZone: tenant.timeZone,
        checkAddress: () => null,
      });
      const issues = [
        ...(recipient.externalId === undefined ? [NAMELESS] : []),
        ...(checked.ok ? [] : checked.issues),
      ];
      return issues.length === 0 ? report.check(row.line) : report.fail(row.line, faultOf(issues));
    },
  };
}

const NAMELESS: InputIssue = {
  path: ["externalId"],
  value: undefined,
  message: "is missing",
  allowed: "your own id of the recipient, or an e-mail address or a phone number to know them by",
};

function faultOf(issues: readonly InputIssue[]): LineFault {
  const errors = issues.map(({ path, value, message, allowed }) => ({
    path: `/${path.join("/")}`,
    field: String(path.at(-1) ?? ""),
    value,
    message,
    allowed,
  }));
  return { detail: "Cannot take the recipient: it is not right", errors };
}
