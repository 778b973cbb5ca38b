import { fullNameOf } from "../domain/recipient.ts";
import type { CliContext } from "./context.ts";
import { renderFields } from "./reminder-text.ts";
import type { Recipient } from "./resources.ts";
import { oneLine, renderTable } from "./table.ts";
import { longTime } from "./time-text.ts";

/** What a recipient is called: their name, else your own id of them, else their id. */
export function callOf(recipient: Recipient): string {
  return oneLine(fullNameOf(recipient) ?? recipient.externalId ?? recipient.id);
}

/** Recipients as a table for people. */
export function renderRecipients(recipients: readonly Recipient[], { output }: CliContext): string[] {
  return renderTable<Recipient>(
    [
      { title: "ID", text: (one) => one.id },
      { title: "EXTERNAL ID", text: (one) => one.externalId ?? "-", shrinks: true },
      { title: "NAME", text: (one) => fullNameOf(one) ?? "-", shrinks: true },
      { title: "ZONE", text: (one) => one.timeZone ?? "-" },
      { title: "REACHED BY", text: (one) => reachText(one) || "-", shrinks: true },
      { title: "TAGS", text: (one) => one.tags.join(", "), shrinks: true },
    ],
    recipients,
    output.width,
  );
}

/** A recipient for people: a line for each thing that is known of them. */
export function renderRecipient(recipient: Recipient, context: CliContext): string[] {
  const { id, externalId, firstName, lastName, timeZone, locale, channels, tags, quietHours } = recipient;
  return renderFields(
    [
      ["recipient", context.output.paint("strong", id)],
      ["external id", oneLine(externalId ?? "")],
      ["name", oneLine(fullNameOf(recipient) ?? "")],
      ["first name", oneLine(firstName ?? "")],
      ["last name", oneLine(lastName ?? "")],
      ["zone", timeZone ?? "that of the tenant"],
      ["language", locale ?? ""],
      ...named("", recipient.addresses),
      ["chosen", channels.join(", ")],
      ...named("", recipient.dates),
      ["quiet hours", quietHours === null ? "" : quietText(quietHours)],
      ["tags", oneLine(tags.join(", "))],
      ...named("attribute ", recipient.attributes),
      ["added", longTime(recipient.createdAt, context.timeZone)],
      ["changed", longTime(recipient.updatedAt, context.timeZone)],
    ],
    context,
  );
}

function reachText({ channels, addresses }: Recipient): string {
  return (channels.length > 0 ? channels : Object.keys(addresses)).join(", ");
}

function named(before: string, values: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(values).map(([name, value]) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return [oneLine(`${before}${name}`), oneLine(text)];
  });
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function quietText({ from, to, days }: NonNullable<Recipient["quietHours"]>): string {
  const on = days?.map((day) => DAYS[day - 1]).join(", ");
  return `${from} to ${to}${on === undefined ? "" : `, from ${on}`}`;
}
