import { hash } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { Operation } from "../operation.ts";
import type { ApiDocument } from "../reference/api-document.ts";
import { renderReferencePage } from "../reference/page.ts";
import { STYLE } from "../reference/style.ts";

const HTML_TYPE = "text/html";
/** Nothing may be loaded or run but the one style, by its hash (CSP level 3 §2.3.1). */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash("sha256", STYLE, "base64")}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The reference for people, made from the document when it is first asked for. */
export function docsRoute(documentText: () => string): Operation {
  let page: string | undefined;
  const headers = {
    "content-type": `${HTML_TYPE}; charset=utf-8`,
    "content-security-policy": policy(),
    "referrer-policy": "no-referrer",
  };
  return {
    method: "get",
    path: "/docs",
    operationId: "getDocs",
    summary: "Describe this API for people",
    tag: "about",
    scope: null,
    answers: {
      200: {
        description: "the page",
        others: { [HTML_TYPE]: z.string().openapi({ description: "HTML without scripts" }) },
      },
    },
    handle: async () => {
      // Made by this same process, so it has the shape that it describes.
      page ??= renderReferencePage(JSON.parse(documentText()) as ApiDocument);
      return { status: 200, body: page, headers };
    },
  };
}
