/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** What is sent. At least one part is there; a channel takes the parts it can show. */
export interface ContentParts {
  title?: string;
  text?: string;
  html?: string;
  /** Handed to programs as it is. */
  data?: Json;
}

/** What a reminder says: its parts are templates, filled in when it is sent. */
export interface Content extends ContentParts {
  /** What it says in other languages, by BCP 47 tag; where none fits, the content itself. */
  locales?: Readonly<Record<string, ContentParts>>;
}

/** The one line that stands for the content where only plain text fits. */
export function plainText(content: ContentParts): string {
  return content.text ?? content.title ?? "";
}
