import { z } from "@hono/zod-openapi";
import { anyJson, field } from "./field.ts";

export const MAX_TEXT = 4096;
const MAX_TITLE = 256;
const MAX_HTML = 65_536;

/** One text of a content. */
export function textUpTo(most: number, purpose: string) {
  return field(z.string().min(1).max(most), `a text of 1 to ${most} characters`, purpose);
}

const parts = {
  title: textUpTo(MAX_TITLE, "what stands above the text").optional(),
  text: textUpTo(MAX_TEXT, "the message").optional(),
  html: textUpTo(MAX_HTML, "the message for channels that show HTML").optional(),
  data: anyJson.optional().openapi({ description: "any JSON value, handed to programs as it is" }),
};

const LOCALE_PATTERN = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/;

export const contentSchema = z
  .strictObject({
    ...parts,
    locales: field(
      z.record(z.string().regex(LOCALE_PATTERN), z.strictObject(parts)),
      "an object of contents by BCP 47 tag, such as de or pt-BR",
      "the same in other languages: the recipient's locale chooses one, else its language, else the content itself",
    ).optional(),
  })
  .openapi("Content", {
    description:
      "What a reminder says: at least one of its parts. Texts are templates of Liquid, filled in when they are sent: " +
      "`{{ recipient.firstName }}`.",
    minProperties: 1,
  });
export type ContentRequest = z.output<typeof contentSchema>;
