/** A text as it stands in a value of the type TEXT (RFC 5545, 3.3.11), without its control characters, of which there are none. */
export function escapeText(text: string): string {
  const escaped = text.replace(/[\\;,]/g, "\\$&").replace(/\r\n?|\n/g, "\\n");
  return escaped.replace(/\p{Cc}/gu, (control) => (isAllowed(control) ? control : ""));
}

/** The text that a value of the type TEXT stands for; a backslash before anything else is left as it is. */
export function unescapeText(value: string): string {
  return value.replace(/\\([\\;,nN])/g, (_, code: string) => (code === "n" || code === "N" ? "\n" : code));
}

/** The tab, and those beyond ASCII (RFC 5545, 3.1: VALUE-CHAR). */
function isAllowed(control: string): boolean {
  return control === "\t" || control > "\u007f";
}
