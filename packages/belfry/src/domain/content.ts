/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** What a reminder says. At least one part is there; a channel takes the parts it can show. */
export interface Content {
  title?: string;
  text?: string;
  html?: string;
  /** Handed to programs as it is. */
  data?: Json;
}

/** The one line that stands for the content where only plain text fits. */
export function plainText(content: Content): string {
  return content.text ?? content.title ?? "";
}
