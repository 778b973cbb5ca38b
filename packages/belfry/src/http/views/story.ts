import type { Attempt, Delivery } from "../../domain/delivery.ts";
import { formatInstant } from "../../time/instant.ts";
import type { StoryLine } from "../schemas/delivery.ts";

/** What happened to a delivery, in words, oldest first. */
export function storyOf(delivery: Delivery): StoryLine[] {
  return [
    { at: formatInstant(delivery.acceptedAtMs), event: "accepted", text: "The reminder was accepted." },
    { at: formatInstant(delivery.promotedAtMs), event: "promoted", text: promotedText(delivery) },
    ...delivery.story.map(attemptLine),
    lastLine(delivery),
  ];
}

function promotedText({ occurrence }: Delivery): string {
  const note = occurrence.resolution.note === undefined ? "" : ` (${occurrence.resolution.note})`;
  return `The occurrence ${occurrence.nominal} became a delivery, due ${formatInstant(occurrence.dueMs)}${note}.`;
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

function lastMoveMs({ promotedAtMs, story }: Delivery): number {
  const last = story.at(-1);
  return last === undefined ? promotedAtMs : last.startedAtMs + last.durationMs;
}
