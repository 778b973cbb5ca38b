import { InvalidInputError } from "../domain/errors.ts";

/** The lists there are: a cursor names its own, since the place in one says nothing in another. */
export type ListName =
  | "reminders"
  | "deliveries"
  | "endpoints"
  | "inbox"
  | "keys"
  | "tenants"
  | "recipients"
  | "campaigns"
  | "calendar";

/** The place after an item in a list, as an opaque text. */
export function encodeCursor(list: ListName, parts: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([list, ...parts])).toString("base64url");
}

/**
 * Reads a cursor back.
 *
 * @param kinds the type of each part
 * @throws InvalidInputError if this is not a cursor that this list made
 */
export function decodeCursor(
  list: ListName,
  cursor: string,
  kinds: readonly ("string" | "number")[],
): (string | number)[] {
  const [name, ...parts] = parse(cursor);
  const fits =
    name === list && parts.length === kinds.length && parts.every((part, i) => typeof part === kinds[i]);
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

function parse(cursor: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
