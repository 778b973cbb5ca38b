import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { formatInstant } from "../../time/instant.ts";
import type { StoryLine } from "../schemas/delivery.ts";

/** What happened to a delivery, in words, oldest first. */
export function storyOf(delivery: Delivery): StoryLine[] {
  return [
    { at: formatInstant(delivery.acceptedAtMs), event: "accepted", text: "The reminder was accepted." },
    { at: formatInstant(delivery.promotedAtMs), event: "promoted", text: promotedText(delivery) },
    ...withRedrive(delivery, delivery.story.map(attemptLine)),
    lastLine(delivery),
  ];
}

/** The last redrive stands where it happened among the attempts. */
function withRedrive({ redrivenAtMs }: Delivery, attempts: readonly StoryLine[]): StoryLine[] {
  if (redrivenAtMs === null) return [...attempts];
  const at = formatInstant(redrivenAtMs);
  const redrive: StoryLine = {
    at,
    event: "redriven",
    text: "It was brought back by hand, to be sent at once.",
  };
  const before = attempts.filter((line) => line.at < at);
  return [...before, redrive, ...attempts.slice(before.length)];
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
  const because = delivery.reason === null ? "" : `: ${delivery.reason}`;
  if (delivery.settledAtMs !== null) {
    const at = formatInstant(delivery.settledAtMs);
    return { at, event: "settled", text: `It is ${delivery.state}${because}.` };
  }
  const at = formatInstant(lastMoveMs(delivery));
  if (delivery.state === "leased") return { at, event: "waiting", text: "A worker holds it to send it." };
  return { at, event: "waiting", text: `It waits until ${formatInstant(delivery.sendAtMs)}${because}.` };
}

function lastMoveMs({ promotedAtMs, redrivenAtMs, story }: Delivery): number {
  const last = story.at(-1);
  return Math.max(redrivenAtMs ?? promotedAtMs, last === undefined ? 0 : last.startedAtMs + last.durationMs);
}
