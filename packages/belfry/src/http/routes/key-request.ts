import type { KeyRequest } from "../../access/keys.ts";
import type { InvalidInputError } from "../../domain/errors.ts";
import { parseInstant } from "../../time/schedule.ts";
import { invalidInput, parseInput } from "../input.ts";
import { keyRequestSchema } from "../schemas/key.ts";
import { requireStorable } from "../storable-json.ts";

/**
 * Reads what a key is to be.
 *
 * @throws InvalidInputError
 */
export function readKeyRequest(input: unknown, nowMs: number): KeyRequest {
  const { name, scopes, expiresAt } = parseInput(keyRequestSchema, input, "the key");
  requireStorable(input, "the key");
  return { name, scopes, expiresAtMs: expiresAt === undefined ? null : readExpiry(expiresAt, nowMs) };
}

function readExpiry(text: string, nowMs: number): number {
  const expiresAtMs = parseInstant(text);
  if (expiresAtMs === null) throw wrongExpiry(text, "is not an instant");
  if (expiresAtMs <= nowMs) throw wrongExpiry(text, "is over");
  return expiresAtMs;
}

function wrongExpiry(value: string, message: string): InvalidInputError {
  const allowed = "an instant to come, with its offset, such as 2027-01-01T00:00:00Z";
  return invalidInput("the key", [{ path: ["expiresAt"], value, message, allowed }]);
}
