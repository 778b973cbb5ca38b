/**
 * A text as every store keeps it. NUL, which PostgreSQL has in no text, and half of a surrogate pair, which is no
 * Unicode and which its JSON does not take, become U+FFFD.
 */
export function storableText(text: string): string {
  // Nearly all are so already: looking is quicker than copying.
  if (!text.includes("\0")) return text.toWellFormed();
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/** A text of more than so many characters (UTF-16 units) without the rest, and with `…`; no surrogate pair is cut in half. */
export function cutText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const isInPair = isHighSurrogate(text.charCodeAt(characters - 1));
  return `${text.slice(0, isInPair ? characters - 1 : characters)}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
