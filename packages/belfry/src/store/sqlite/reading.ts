import { BelfryError } from "../../domain/errors.ts";
import type { Health } from "./health.ts";

/** Makes a synchronous read one of the port: it answers with what it finds, or rejects; it never throws. */
export type Reading = <Arguments extends unknown[], Result>(
  read: (...given: Arguments) => Result,
) => (...given: Arguments) => Promise<Result>;

export function createReading(health: Health): Reading {
  return (read) =>
    async (...given) => {
      try {
        return read(...given);
      } catch (error) {
        throw error instanceof BelfryError ? error : health.failureOf("read from", error);
      }
    };
}
