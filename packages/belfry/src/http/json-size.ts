/** A character as `\u0000` is the longest. */
const CHARACTER_BYTES = 6;
/** No number is written in more characters, nor is true, false or null. */
const LONGEST_NUMBER = 32;

/** Whether a value that came from JSON takes more than so many bytes as JSON again. */
export function isLongerJson(value: unknown, bytes: number): boolean {
  // Nearly all are so short that adding up what their parts could take tells it, without writing them.
  return bytesAtMost(value) > bytes && Buffer.byteLength(JSON.stringify(value)) > bytes;
}

function bytesAtMost(value: unknown): number {
  if (typeof value === "string") return textAtMost(value);
  if (typeof value !== "object" || value === null) return LONGEST_NUMBER;
  // With its brackets; each of its parts has a comma, and a colon behind its name.
  let bytes = 2;
  const parts = value as Record<string, unknown>;
  for (const name in parts) bytes += textAtMost(name) + 2 + bytesAtMost(parts[name]);
  return bytes;
}

function textAtMost(text: string): number {
  return text.length * CHARACTER_BYTES + 2;
}
