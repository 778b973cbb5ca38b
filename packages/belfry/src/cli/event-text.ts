import type { CliContext } from "./context.ts";
import type { EventSubject } from "./event-subjects.ts";
import type { Tone } from "./output.ts";
import type { BelfryEvent } from "./resources.ts";
import { oneLine, truncate } from "./table.ts";
import { elapsed, shortTime } from "./time-text.ts";

const WORD_WIDTH = "scheduled".length;
/** A narrow terminal breaks lines rather than losing what they say. */
const SHORTEST_DETAILS = 30;

const TONES: Readonly<Partial<Record<BelfryEvent["type"], Tone>>> = {
  "delivery.delivered": "good",
  "delivery.dead": "bad",
  "delivery.expired": "bad",
  "endpoint.off": "bad",
  "delivery.retrying": "waiting",
  "delivery.redriven": "waiting",
  "reminder.paused": "waiting",
  "delivery.scheduled": "faint",
  "delivery.cancelled": "faint",
  "reminder.finished": "faint",
  "reminder.cancelled": "faint",
};

/** `09:30:10  delivered  rem_…  Stand-up → inbox  2 ms late`: an event on one line, no longer than the terminal. */
export function eventText(event: BelfryEvent, subject: EventSubject, context: CliContext): string {
  const { output, timeZone } = context;
  const time = shortTime(event.at, timeZone).slice(-8);
  const word = (event.type.split(".")[1] ?? "").padEnd(WORD_WIDTH);
  const about = event.reminderId ?? "endpoint";
  const room = output.width - `${time}  ${word}  ${about}  `.length;
  const rest = truncate(detailsOf(event, subject), Math.max(room, SHORTEST_DETAILS));
  const line = [output.paint("faint", time), output.paint(TONES[event.type] ?? "strong", word), about, rest];
  return line.join("  ").trimEnd();
}

function detailsOf({ reason }: BelfryEvent, { message, target, latenessMs }: EventSubject): string {
  const where = target === undefined ? "" : ` → ${oneLine(target)}`;
  const parts = [
    message === undefined ? "" : `${message}${where}`,
    latenessMs === undefined ? "" : `${elapsed(latenessMs)} late`,
    oneLine(reason ?? ""),
  ];
  return parts.filter((part) => part !== "").join("  ");
}
