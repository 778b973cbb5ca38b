import type { CatchUp } from "../../src/domain/reminder.ts";

const MINUTE_MS = 60_000;
/** Longer than a life of a test in which all is skipped. */
const SEARCHED_MS = 7 * 86_400_000;

/** Minutes between two rings, each of which divides an hour; or the one instant. */
export type Rule = { everyMinutes: number } | { atMs: number };

/** Something that is sent once. */
interface Ring {
  dueMs: number;
  isByHand: boolean;
}

/** A reminder as its sender knows it. */
export interface Entry {
  id: string;
  rule: Rule;
  catchUp: CatchUp;
  text: string;
  address: string;
  state: "active" | "paused" | "finished" | "cancelled";
  skipped: Set<number>;
  /** Instants of the rule that are over, be they sent or not. */
  spent: Set<number>;
  /** Snoozed: still to ring. */
  byHand: Ring[];
  /** Since when occurrences have been missed, while it is paused. */
  pausedFromMs: number;
  /** Refused for good: sent again only when that is asked for. */
  dead: Ring[];
  /** Being sent when the process was killed. */
  inDoubt: Ring[];
}

/** One message that must have been sent, as a line. */
export function lineOf(sent: { id: string; dueMs: number; text: string; address: string }): string {
  return `${sent.id} due ${new Date(sent.dueMs).toISOString()} "${sent.text}" to ${sent.address}`;
}

/** The simplest account of what must have been sent: no store, no leases, no windows. */
export class Book {
  readonly entries = new Map<string, Entry>();
  /** What must have been sent since it was last asked. */
  #sent: string[] = [];
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  accept({
    id,
    rule,
    catchUp,
    text,
    address,
  }: Pick<Entry, "id" | "rule" | "catchUp" | "text" | "address">): void {
    const empty = { skipped: new Set<number>(), spent: new Set<number>(), byHand: [], dead: [], inDoubt: [] };
    const told = { id, rule, catchUp, text, address };
    this.entries.set(id, { ...told, ...empty, state: "active", pausedFromMs: 0 });
  }

  /** Time passes while all is well, or while the destinations refuse or hang. */
  advance(ms: number, what: "sent" | "dead" | "inDoubt" = "sent"): void {
    const fromMs = this.#nowMs;
    this.#nowMs += ms;
    for (const entry of this.entries.values()) {
      for (const ring of [...this.#rungIn(entry, fromMs), ...this.#dueByHand(entry)]) {
        this.#send(entry, ring);
        if (what !== "sent") entry[what].push(ring);
      }
    }
  }

  /** Nobody is there for some time; then somebody begins. */
  comeBack(downMs: number): void {
    const fromMs = this.#nowMs;
    this.#nowMs += downMs;
    for (const entry of this.entries.values()) {
      const missed = this.#rungIn(entry, fromMs);
      // What rings once is never too late.
      const wanted = "atMs" in entry.rule ? missed : this.#wanted(missed, entry.catchUp);
      for (const ring of wanted) this.#send(entry, ring);
      for (const ring of this.#dueByHand(entry)) this.#send(entry, ring);
      for (const ring of entry.inDoubt) if (this.#isWantedInDoubt(entry, ring)) this.#send(entry, ring);
      entry.inDoubt = [];
    }
  }

  pause(entry: Entry): void {
    if (entry.state !== "active") return;
    entry.state = "paused";
    entry.pausedFromMs = this.#nowMs;
  }

  resume(entry: Entry, missed: CatchUp): void {
    if (entry.state !== "paused") return;
    entry.state = "active";
    const rung = this.#rungIn(entry, entry.pausedFromMs);
    for (const ring of this.#wanted(rung, missed)) this.#send(entry, ring);
  }

  /** What was missed under the old rule is no more. */
  replaceRule(entry: Entry, rule: Rule): void {
    entry.rule = rule;
    entry.pausedFromMs = this.#nowMs;
  }

  /** Resolves with the instant that is taken out; null if there is none. */
  skip(entry: Entry): number | null {
    const fromMs = entry.state === "paused" ? entry.pausedFromMs : this.#nowMs;
    const next = instantsOf(entry.rule, fromMs, this.#nowMs + SEARCHED_MS).find((dueMs) =>
      isOpen(entry, dueMs),
    );
    if (next !== undefined) entry.skipped.add(next);
    return next ?? null;
  }

  trigger(entry: Entry): void {
    this.#send(entry, { dueMs: this.#nowMs, isByHand: true });
  }

  snooze(entry: Entry, atMs: number): void {
    entry.byHand.push({ dueMs: atMs, isByHand: true });
  }

  /** One that has finished, and of which nothing waits, stays what it is. */
  cancel(entry: Entry): void {
    if (entry.state === "finished" && entry.byHand.length === 0) return;
    entry.state = "cancelled";
    entry.byHand = [];
  }

  redriveAll(): void {
    for (const entry of this.entries.values()) {
      for (const ring of entry.dead) this.#send(entry, ring);
      entry.dead = [];
    }
  }

  /** What must have been sent since the last time, in no order. */
  takeSent(): string[] {
    for (const entry of this.entries.values()) if (hasNothingLeft(entry)) entry.state = "finished";
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** What the rule has rung since, and is over from now on. */
  #rungIn(entry: Entry, fromMs: number): Ring[] {
    if (entry.state !== "active") return [];
    const rung = instantsOf(entry.rule, fromMs, this.#nowMs).filter((dueMs) => isOpen(entry, dueMs));
    for (const dueMs of rung) entry.spent.add(dueMs);
    return rung.map((dueMs) => ({ dueMs, isByHand: false }));
  }

  #dueByHand(entry: Entry): Ring[] {
    const due = entry.byHand.filter(({ dueMs }) => dueMs <= this.#nowMs);
    entry.byHand = entry.byHand.filter((ring) => !due.includes(ring));
    return due;
  }

  #wanted(missed: Ring[], catchUp: CatchUp): Ring[] {
    if (catchUp === "none") return [];
    return catchUp === "latest" ? missed.slice(-1) : missed;
  }

  #isWantedInDoubt({ rule, catchUp }: Entry, { dueMs, isByHand }: Ring): boolean {
    if (isByHand || "atMs" in rule || catchUp === "all") return true;
    const hasLater = instantsOf(rule, dueMs, this.#nowMs).length > 0;
    return catchUp === "latest" && !hasLater;
  }

  #send({ id, text, address }: Entry, { dueMs }: Ring): void {
    this.#sent.push(lineOf({ id, dueMs, text, address }));
  }
}

/** What is rung by hand afterwards does not open it again. */
function hasNothingLeft({ state, rule, spent, byHand, inDoubt }: Entry): boolean {
  const isRunning = state === "active" || state === "paused";
  return isRunning && "atMs" in rule && spent.has(rule.atMs) && byHand.length + inDoubt.length === 0;
}

function isOpen({ skipped, spent }: Entry, dueMs: number): boolean {
  return !skipped.has(dueMs) && !spent.has(dueMs);
}

/** After `fromMs`, up to `toMs`. */
function instantsOf(rule: Rule, fromMs: number, toMs: number): number[] {
  if ("atMs" in rule) return rule.atMs > fromMs && rule.atMs <= toMs ? [rule.atMs] : [];
  const stepMs = rule.everyMinutes * MINUTE_MS;
  const first = (Math.floor(fromMs / stepMs) + 1) * stepMs;
  const count = Math.max(0, Math.floor((toMs - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, i) => first + i * stepMs);
}
