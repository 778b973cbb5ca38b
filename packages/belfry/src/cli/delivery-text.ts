import type { CliContext } from "./context.ts";
import { renderFields, stateTone, targetText } from "./reminder-text.ts";
import type { Delivery, DeliveryStory } from "./resources.ts";
import { oneLine, renderTable } from "./table.ts";
import { elapsed, longTime, shortTime } from "./time-text.ts";

/** Deliveries as a table for people. */
export function renderDeliveries(deliveries: readonly Delivery[], context: CliContext): string[] {
  const { output, timeZone } = context;
  return renderTable<Delivery>(
    [
      { title: "ID", text: (one) => one.id },
      {
        title: "STATE",
        text: (one) => one.state,
        paint: (text, one) => output.paint(stateTone(one.state), text),
      },
      { title: "DUE", text: (one) => shortTime(one.due, timeZone) },
      { title: "LATE", text: (one) => latenessText(one), alignsRight: true },
      { title: "TRIES", text: (one) => String(one.attempts.length), alignsRight: true },
      { title: "TO", text: (one) => targetText(one.to), shrinks: true },
      { title: "REASON", text: (one) => one.reason ?? "", shrinks: true },
    ],
    deliveries,
    output.width,
  );
}

/** A delivery for people: what is known of it, then its story. */
export function renderDelivery(delivery: DeliveryStory, context: CliContext): string[] {
  const { output, timeZone } = context;
  const isWaiting = delivery.settledAt === null;
  const fields = renderFields(
    [
      ["delivery", output.paint("strong", delivery.id)],
      ["reminder", delivery.reminderId],
      ["state", output.paint(stateTone(delivery.state), delivery.state)],
      ["reason", oneLine(delivery.reason ?? "")],
      ["due", `${longTime(delivery.due, timeZone)} (nominal ${delivery.nominal})`],
      ["note", delivery.resolution.note ?? ""],
      ["late by", latenessText(delivery)],
      ["next try", isWaiting ? longTime(delivery.sendAt, timeZone) : ""],
      ["to", targetText(delivery.to)],
      ["seen", seenText(delivery, context)],
    ],
    context,
  );
  const story = delivery.story.map(
    (line) =>
      `  ${output.paint("faint", `${shortTime(line.at, timeZone)}.${millis(line.at)}`)}  ${oneLine(line.text)}`,
  );
  return [...fields, output.paint("faint", "story"), ...story];
}

function seenText({ acknowledgement }: DeliveryStory, { timeZone }: CliContext): string {
  if (acknowledgement === null) return "";
  const { at, snoozedTo } = acknowledgement;
  return `${snoozedTo === null ? "acknowledged" : `snoozed to ${snoozedTo}`}, ${longTime(at, timeZone)}`;
}

function latenessText({ latenessMs }: Delivery): string {
  return latenessMs === null ? "" : elapsed(latenessMs);
}

function millis(instant: string): string {
  return String(new Date(instant).getMilliseconds()).padStart(3, "0");
}
