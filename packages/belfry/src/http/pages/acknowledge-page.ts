import { hash } from "node:crypto";
import { formatInstant } from "../../time/instant.ts";
import { escapeHtml } from "../reference/html.ts";

/** What the page of a link tells. */
export type AcknowledgePage =
  /** Whether it shall be acknowledged; `acknowledgedAtMs`: it was already. */
  | { kind: "asked"; dueMs: number; acknowledgedAtMs: number | null }
  | { kind: "done"; dueMs: number; acknowledgedAtMs: number }
  | { kind: "unknown" };

const STYLE = `
:root { color-scheme: light dark; }
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 28rem; margin: 15vh auto 0; padding: 0 1rem; }
button { font: inherit; padding: .6rem 1.4rem; border: 0; border-radius: .4rem; background: #0b57a4; color: #fff; cursor: pointer; }
`;

/** Nothing may be loaded or run but the one style, by its hash (CSP level 3 §2.3.1), and nobody hears of the token. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    `style-src 'sha256-${hash("sha256", STYLE, "base64")}'`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
};

/** The page of a message's link. What the message says is not on it: whoever has the link has the message. */
export function acknowledgePage(page: AcknowledgePage): string {
  const { title, body } = wordsOf(page);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}

function wordsOf(page: AcknowledgePage): { title: string; body: string } {
  if (page.kind === "unknown") {
    return { title: "Unknown link", body: "<p>This link is not whole, or its message is too old.</p>" };
  }
  const due = timeHtml(page.dueMs);
  if (page.kind === "asked" && page.acknowledgedAtMs === null) {
    // Without an action it goes to the page's own address, wherever that is from outside.
    const form = `<form method="post"><button type="submit">Done</button></form>`;
    return {
      title: "Reminder",
      body: `<p>Due ${due}. Confirm that you have seen it: it is not sent again then.</p>\n${form}`,
    };
  }
  const at = timeHtml(page.acknowledgedAtMs ?? page.dueMs);
  return { title: "Done", body: `<p>The reminder that was due ${due} was confirmed ${at}.</p>` };
}

function timeHtml(ms: number): string {
  const instant = formatInstant(ms);
  return `<time datetime="${escapeHtml(instant)}">${escapeHtml(instant.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"))}</time>`;
}
