import { hasControls, isLongerThan, type Reading, read, readAll, refused } from "./reading.ts";

export const MOST_TAGS = 50;
export const LONGEST_TAG = 64;
/** Commas and semicolons part tags in queries and files. */
export const TAG_PATTERN = "^[^,;\\s](?:[^,;]*[^,;\\s])?$";
export const TAG_ALLOWED = `1 to ${LONGEST_TAG} characters in one line, without commas and semicolons`;
export const TAGS_ALLOWED = `at most ${MOST_TAGS} tags, each once, each ${TAG_ALLOWED}`;

/** What groups recipients. */
export function readTags(value: unknown): Reading<string[]> {
  const path = ["tags"];
  if (value === undefined || value === null) return read([]);
  if (!Array.isArray(value)) return refused(path, value, { message: "is not a list", allowed: TAGS_ALLOWED });
  if (value.length > MOST_TAGS)
    return refused(path, value, { message: `has ${value.length} tags`, allowed: TAGS_ALLOWED });
  return readAll(
    value.map((tag: unknown, index): Reading<string> => {
      const at = [...path, index];
      if (typeof tag !== "string" || !isTag(tag))
        return refused(at, tag, { message: "is not a tag", allowed: TAG_ALLOWED });
      if (value.indexOf(tag) !== index)
        return refused(at, tag, { message: "is there already", allowed: "each tag once" });
      return read(tag);
    }),
  );
}

export function isTag(text: string): boolean {
  return new RegExp(TAG_PATTERN, "u").test(text) && !isLongerThan(LONGEST_TAG, text) && !hasControls(text);
}
