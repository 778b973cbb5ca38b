import { DAY_MS } from "../time/calendar.ts";
import { type Component, propertiesOf, propertyOf } from "./components.ts";
import type { ContentLine } from "./content-lines.ts";
import { clockOf, type EventClock } from "./event-clock.ts";
import { unescapeText } from "./text-value.ts";
import {
  type LengthValue,
  readLengthValue,
  readTimeValue,
  readTimeValues,
  type TimeValue,
} from "./time-value.ts";
import type { Zones } from "./zones.ts";

/** Why an event is not taken. */
export interface Refusal {
  line: number;
  uid: string | null;
  /** The property: `DTSTART`. */
  field: string;
  value: string | undefined;
  message: string;
  allowed: string;
}

/** A VEVENT, understood; times are wall milliseconds of its clock. */
export interface VEvent {
  line: number;
  uid: string;
  title: string;
  description: string | null;
  clock: EventClock;
  startMs: number;
  length: LengthValue;
  rule: ContentLine | null;
  /** Times that are added to the rule, and that are taken out of it. */
  added: readonly number[];
  excluded: readonly number[];
  /** Whole days that are taken out of it, as their midnights. */
  excludedDays: readonly number[];
  /** Which occurrence of its series this stands for, as that was planned; null: it is no such one. */
  replaces: TimeValue | null;
  isCancelled: boolean;
}

export type ReadVEvent = { ok: true; event: VEvent } | { ok: false; refusal: Refusal };

/** Thrown inside this file alone: the first fault of an event ends its reading. */
class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

export function readVEvent(component: Component, zones: Zones): ReadVEvent {
  try {
    return { ok: true, event: new EventReader(component, zones).read() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

const TIME_FORM = "a DATE such as 20261201, or a DATE-TIME such as 20261201T090000Z";
const ZONE_FORM =
  "the name of an IANA zone such as Europe/Paris, or one that a VTIMEZONE of the file explains";

class EventReader {
  readonly #component: Component;
  readonly #zones: Zones;
  readonly #uid: string | null;

  constructor(component: Component, zones: Zones) {
    this.#component = component;
    this.#zones = zones;
    this.#uid = propertyOf(component, "UID")?.value.trim() || null;
  }

  read(): VEvent {
    const { line, faults } = this.#component;
    const [fault] = faults;
    if (fault)
      this.#refuse({
        line: fault.line,
        field: "VEVENT",
        message: `has a line that ${fault.message}`,
        allowed: "content lines of RFC 5545",
      });
    if (this.#uid === null)
      this.#refuse({ field: "UID", message: "is missing", allowed: "the event's name, which stays" });
    const startLine = this.#required("DTSTART", TIME_FORM);
    const start = this.#timeOf(startLine);
    const clock = this.#clockOf(startLine, start);
    this.#refuseUnread();
    const excluded = this.#timesOf("EXDATE", clock);
    return {
      line,
      uid: this.#uid ?? "",
      title:
        this.#text("SUMMARY") ??
        this.#refuse({ field: "SUMMARY", message: "is missing", allowed: "the title of the event" }),
      description: this.#text("DESCRIPTION"),
      clock,
      startMs: start.wallMs,
      length: this.#lengthOf(start, clock),
      rule: propertyOf(this.#component, "RRULE") ?? null,
      added: this.#timesOf("RDATE", clock).map(({ wallMs }) => wallMs),
      excluded: excluded.filter(({ isDay }) => !isDay).map(({ wallMs }) => wallMs),
      excludedDays: excluded.filter(({ isDay }) => isDay).map(({ wallMs }) => wallMs),
      replaces: this.#replaced(),
      isCancelled: propertyOf(this.#component, "STATUS")?.value.trim().toUpperCase() === "CANCELLED",
    };
  }

  /** What would change when it takes place, and is not understood. */
  #refuseUnread(): void {
    const exrule = propertyOf(this.#component, "EXRULE");
    if (exrule) this.#refuseLine(exrule, "is not taken: RFC 5545 has done away with it", "EXDATE instead");
    const [, second] = propertiesOf(this.#component, "RRULE");
    if (second) this.#refuseLine(second, "is the second one", "one rule; further times as RDATE");
  }

  #replaced(): TimeValue | null {
    const line = propertyOf(this.#component, "RECURRENCE-ID");
    if (!line) return null;
    if (line.params.get("RANGE")?.[0]?.toUpperCase() === "THISANDFUTURE")
      this.#refuseLine(line, "changes all later ones, too, which is not taken", "one without RANGE");
    const value = this.#timeOf(line);
    this.#clockOf(line, value);
    return value;
  }

  #lengthOf(start: TimeValue, clock: EventClock): LengthValue {
    const end = propertyOf(this.#component, "DTEND");
    if (end) return this.#lengthUntil(end, start, clock);
    const duration = propertyOf(this.#component, "DURATION");
    if (!duration) return { days: start.kind === "date" ? 1 : 0, ms: 0 };
    const allowed = start.kind === "date" ? "days or weeks, such as P1D" : "such as PT1H30M or P1D";
    const length = readLengthValue(duration.value);
    if (!length) return this.#refuseLine(duration, "is no duration from nothing on", allowed);
    if (start.kind === "date" && (length.ms > 0 || length.days === 0))
      return this.#refuseLine(duration, "is no number of days, though it begins on a day", allowed);
    return length;
  }

  #lengthUntil(line: ContentLine, start: TimeValue, clock: EventClock): LengthValue {
    const end = this.#timeOf(line);
    if ((end.kind === "date") !== (start.kind === "date"))
      return this.#refuseLine(line, "and DTSTART are not both dates, or both times", "two of a kind");
    const endClock = this.#clockOf(line, end);
    const ms = endClock.instantOf(end.wallMs) - clock.instantOf(start.wallMs);
    if (ms < 0) return this.#refuseLine(line, "is before DTSTART", "a time behind it");
    if (start.kind !== "date") return { days: 0, ms };
    // Some programs write the same day twice for one day.
    return { days: Math.max(1, ms / DAY_MS), ms: 0 };
  }

  #timesOf(name: string, clock: EventClock): { wallMs: number; isDay: boolean }[] {
    return propertiesOf(this.#component, name).flatMap((line) => {
      const values = readTimeValues(line);
      if (!values) return this.#refuseLine(line, "holds something that is no time", TIME_FORM);
      return values.map((value) => {
        const wallMs = clock.wallOf(value);
        if (wallMs === null) return this.#refuseLine(line, "is in a zone that is not known", ZONE_FORM);
        return { wallMs, isDay: value.kind === "date" && clock.kind !== "date" };
      });
    });
  }

  #timeOf(line: ContentLine): TimeValue {
    return readTimeValue(line) ?? this.#refuseLine(line, "is no time", TIME_FORM);
  }

  #clockOf(line: ContentLine, value: TimeValue): EventClock {
    const clock = clockOf(value, this.#zones);
    if (clock) return clock;
    const zone = value.kind === "wall" ? (value.tzid ?? "") : "";
    return this.#refuse({
      line: line.line,
      field: `${line.name};TZID`,
      value: zone,
      message: "names no zone that is known",
      allowed: ZONE_FORM,
    });
  }

  #text(name: string): string | null {
    const value = propertyOf(this.#component, name)?.value;
    return (value && unescapeText(value).trim()) || null;
  }

  #required(name: string, allowed: string): ContentLine {
    return propertyOf(this.#component, name) ?? this.#refuse({ field: name, message: "is missing", allowed });
  }

  #refuseLine({ line, name, value }: ContentLine, message: string, allowed: string): never {
    return this.#refuse({ line, field: name, value, message, allowed });
  }

  #refuse(refusal: Pick<Refusal, "field" | "message" | "allowed"> & Partial<Refusal>): never {
    throw new Refused({ line: this.#component.line, uid: this.#uid, value: undefined, ...refusal });
  }
}
