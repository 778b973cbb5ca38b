import type { Outcome, ProviderResponse } from "../../domain/outcome.ts";
import { cutText } from "../../domain/storable-text.ts";

/** How much of a reason or of a provider's answer is kept for the story, in characters. */
const KEPT_CHARACTERS = 1024;

/** Why an attempt failed, in words; `reason` is whatever was thrown. */
export function failureOf(channel: string, reason: unknown): string {
  return `Cannot send by "${channel}": ${kept(textOf(reason))}`;
}

/** Anything can be thrown, and what is no text may refuse to become one. */
function textOf(reason: unknown): string {
  try {
    return String(reason instanceof Error ? reason.message : reason);
  } catch {
    return "it gave a reason that is no text";
  }
}

/**
 * What a function of the host program says of an attempt. What has no `kind` says nothing: it has not
 * thrown, so it is delivered. A `kind` that is not known is not tried again, since nobody can tell
 * whether the message went out.
 */
export function readOutcome(result: unknown, channel: string): Outcome {
  if (typeof result !== "object" || result === null || !("kind" in result)) return { kind: "delivered" };
  // Its fields are looked at one by one below: a program without types may say anything.
  const told = result as Record<string, unknown>;
  const response = responseOf(told.response);
  switch (told.kind) {
    case "delivered":
      return { kind: "delivered", ...providerOf(told.providerId), ...response };
    case "retryable":
      return { kind: "retryable", error: errorOf(told, channel), ...waitOf(told.retryAfterMs), ...response };
    case "permanent":
      return { kind: "permanent", error: errorOf(told, channel), ...response };
    default:
      return { kind: "permanent", error: failureOf(channel, unknownKind(textOf(told.kind))) };
  }
}

function unknownKind(kind: string): string {
  return `it answered with the kind ${kept(kind)}; allowed: delivered, retryable, permanent, or nothing`;
}

function errorOf({ error }: Record<string, unknown>, channel: string): string {
  return failureOf(channel, error === undefined ? "it gave no reason" : error);
}

function providerOf(id: unknown): { providerId?: string } {
  return typeof id === "string" ? { providerId: kept(id) } : {};
}

function waitOf(ms: unknown): { retryAfterMs?: number } {
  return typeof ms === "number" && ms >= 0 && Number.isFinite(ms) ? { retryAfterMs: ms } : {};
}

function responseOf(told: unknown): { response?: ProviderResponse } {
  if (typeof told !== "object" || told === null) return {};
  const { status, body } = told as Record<string, unknown>;
  return {
    response: {
      ...(typeof status === "number" ? { status } : {}),
      ...(typeof body === "string" ? { body: kept(body) } : {}),
    },
  };
}

function kept(text: string): string {
  return cutText(text, KEPT_CHARACTERS);
}
