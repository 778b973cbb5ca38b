import type { Attempt, Delivery, DeliveryState } from "../../domain/delivery.ts";
import type { Acknowledgement } from "../../store/store.ts";
import { formatInstant } from "../../time/instant.ts";
import type { StoryLine } from "../schemas/delivery.ts";

/** What happened to a delivery, in words, oldest first. */
export function storyOf(delivery: Delivery, acknowledgement?: Acknowledgement): StoryLine[] {
  const lines = linesOf(delivery);
  if (!acknowledgement) return lines;
  const line = acknowledgedLine(acknowledgement);
  // Of the same instant it is the cause: what waited ends with it.
  const place = lines.findIndex(({ at }) => Date.parse(at) >= acknowledgement.acknowledgedAtMs);
  return place === -1 ? [...lines, line] : lines.toSpliced(place, 0, line);
}

function acknowledgedLine({ acknowledgedAtMs, deliveryId, snoozeId }: Acknowledgement): StoryLine {
  const text =
    snoozeId === null
      ? `Somebody acknowledged it, by ${deliveryId}.`
      : `Somebody snoozed it, by ${deliveryId}: it comes back as ${snoozeId}.`;
  return { at: formatInstant(acknowledgedAtMs), event: "acknowledged", text };
}

function linesOf(delivery: Delivery): StoryLine[] {
  return [
    { at: formatInstant(delivery.acceptedAtMs), event: "accepted", text: "The reminder was accepted." },
    { at: formatInstant(delivery.promotedAtMs), event: "promoted", text: promotedText(delivery) },
    ...betweenLines(delivery),
    lastLine(delivery),
  ];
}

/** Attempts in order, each redrive among them, and before it how the delivery had ended. */
function betweenLines({ story, redrivenAtMs }: Delivery): StoryLine[] {
  const told = story.flatMap((attempt) => attempt.redrivenAtMs ?? []);
  const redrives = new Set(redrivenAtMs === null ? told : [...told, redrivenAtMs]);
  const places = [...redrives].map((atMs) => ({ atMs, place: placeOf(atMs, story) }));
  const linesBefore = (place: number): StoryLine[] => {
    const here = places.filter((redrive) => redrive.place === place).map(({ atMs }) => redrivenLine(atMs));
    const before = story[place - 1];
    return here.length > 0 && before?.ended ? [endedLine(before, before.ended), ...here] : here;
  };
  const lines = story.flatMap((attempt, index) => [...linesBefore(index), attemptLine(attempt)]);
  return [...lines, ...linesBefore(story.length)];
}

/** Which attempt is the first after a redrive; whoever lost a lease does not tell that itself. */
function placeOf(redrivenAtMs: number, story: readonly Attempt[]): number {
  const teller = story.findIndex((attempt) => attempt.redrivenAtMs === redrivenAtMs);
  let place = teller === -1 ? story.length : teller;
  for (let before = story[place - 1]; before; before = story[place - 1]) {
    if (before.ended || before.startedAtMs < redrivenAtMs) break;
    place -= 1;
  }
  return place;
}

function redrivenLine(atMs: number): StoryLine {
  const text = "It was brought back by hand, to be sent at once.";
  return { at: formatInstant(atMs), event: "redriven", text };
}

function endedLine(
  { startedAtMs, durationMs }: Attempt,
  { state, reason }: NonNullable<Attempt["ended"]>,
): StoryLine {
  const at = formatInstant(Math.floor(startedAtMs + durationMs));
  return { at, event: "settled", text: settledText(state, reason) };
}

function promotedText({ occurrence, note }: Delivery): string {
  const notes = [occurrence.resolution.note, note].filter((part) => part !== undefined && part !== null);
  const why = notes.length === 0 ? "" : ` (${notes.join("; it ")})`;
  return `The occurrence ${occurrence.nominal} became a delivery, due ${formatInstant(occurrence.dueMs)}${why}.`;
}

function attemptLine(attempt: Attempt): StoryLine {
  return { at: formatInstant(attempt.startedAtMs), event: "attempt", text: attemptText(attempt) };
}

function attemptText({ number, worker, outcome, error, durationMs }: Attempt): string {
  const who = `Attempt ${number}, claimed by ${worker},`;
  const why = error === undefined ? "" : `: ${error}`;
  const time = `after ${Math.round(durationMs)} ms`;
  switch (outcome) {
    case "delivered":
      return `${who} delivered it ${time}.`;
    case "retryable":
      return `${who} failed ${time}${why}.`;
    case "permanent":
      return `${who} was refused for good ${time}${why}.`;
    case "in-doubt":
      return `${who} ended without a word: it may have been sent${why}.`;
  }
}

/** Where it stands now: settled, in a worker's hands, or waiting. */
function lastLine(delivery: Delivery): StoryLine {
  if (delivery.settledAtMs !== null) {
    const at = formatInstant(delivery.settledAtMs);
    return { at, event: "settled", text: settledText(delivery.state, delivery.reason) };
  }
  return { at: formatInstant(lastMoveMs(delivery)), event: "waiting", text: openText(delivery) };
}

function openText({ state, attempts, reason, sendAtMs }: Delivery): string {
  const because = reason === null ? "" : `: ${reason}`;
  const at = formatInstant(sendAtMs);
  if (state !== "leased") return `It waits until ${at}${because}.`;
  return attempts > 0
    ? `A worker holds it to try it again at ${at}${because}.`
    : "A worker holds it to send it.";
}

function settledText(state: DeliveryState, reason: string | null): string {
  return `It is ${state}${reason === null ? "" : `: ${reason}`}.`;
}

function lastMoveMs({ promotedAtMs, redrivenAtMs, story }: Delivery): number {
  const last = story.at(-1);
  return Math.max(redrivenAtMs ?? promotedAtMs, last === undefined ? 0 : last.startedAtMs + last.durationMs);
}
