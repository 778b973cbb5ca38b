import type { InputIssue } from "../../domain/errors.ts";
import { readRecipient } from "../../domain/recipient-request/read-recipient.ts";
import type { SimulatedRecipient } from "../../domain/simulation.ts";
import type { CliContext } from "../context.ts";
import { usageFailure } from "../exit-code.ts";
import { ndjsonRecipients } from "../recipients-file/ndjson-recipients.ts";
import { openImportSource } from "../transfer/import-source.ts";

/** Any channel is taken: what is sent goes nowhere. */
const ANY_ADDRESS = () => null;

/**
 * Recipients of a file of NDJSON, as the API takes them; one without an address gets one in the inbox.
 *
 * @throws CommandFailure naming the line, the field and what is allowed
 */
export async function readRecipientsFile(path: string, context: CliContext): Promise<SimulatedRecipient[]> {
  const { chunks } = await openImportSource(path, context);
  const people: SimulatedRecipient[] = [];
  const lines = new Map<string, number>();
  for await (const row of ndjsonRecipients(chunks)) {
    if (row.kind === "fault") throw usageFailure(`${path}, line ${row.line}: ${row.fault.detail}`);
    const reading = readRecipient(row.recipient, {
      nowMs: context.now(),
      timeZone: "UTC",
      checkAddress: ANY_ADDRESS,
    });
    if (!reading.ok) throw usageFailure(`${path}, line ${row.line}: ${issueText(reading.issues)}`);
    const { externalId, ...profile } = reading.value;
    const id = externalId ?? `line-${row.line}`;
    const before = lines.get(id);
    if (before !== undefined)
      throw usageFailure(`${path}, line ${row.line}: "${id}" is in line ${before} already`);
    lines.set(id, row.line);
    const addresses = Object.keys(profile.addresses).length > 0 ? profile.addresses : { inbox: id };
    people.push({ ...profile, id, addresses });
  }
  if (people.length === 0) throw usageFailure(`${path} holds no recipient`);
  return people;
}

function issueText(issues: readonly InputIssue[]): string {
  return issues
    .map(({ path, message, allowed }) => `${path.join(".")} ${message}; allowed: ${allowed}`)
    .join(". ");
}
