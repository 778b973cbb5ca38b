import { InvalidInputError } from "../domain/errors.ts";

/** The place after an item in a list, as an opaque text. */
export function encodeCursor(parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/**
 * Reads a cursor back.
 *
 * @param kinds the type of each part
 * @throws InvalidInputError if this is not a cursor that this list made
 */
export function decodeCursor(cursor: string, kinds: readonly ("string" | "number")[]): (string | number)[] {
  const parts = parse(cursor);
  const fits =
    Array.isArray(parts) &&
    parts.length === kinds.length &&
    parts.every((part, i) => typeof part === kinds[i]);
  if (fits) return parts as (string | number)[];
  throw new InvalidInputError("Cannot list: the cursor is not one that this list gave", [
    {
      path: ["cursor"],
      value: cursor,
      message: "is not a cursor of this list",
      allowed: "nextCursor of the page before",
    },
  ]);
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
