const MAX_SHOWN = 200;
const HIDDEN = "[hidden]";
/** The first half of a character that the cut has parted. */
const CUT_PAIR = /[\ud800-\udbff]$/;
/** How JSON writes half of a surrogate pair; a whole one it writes as it is. */
const LONE_HALF = /\\ud[89a-f][0-9a-f]{2}/;
const SECRET_NAME = /secret|token|password|authorization|api.?key|credential/i;
/** Webhook secrets, keys, and the user information of a URL. */
const SECRET_TEXT = /whsec_[\w+/=-]*|\bbel_[A-Za-z0-9]{16,}|(?<=\/\/)[^/\s@]+(?=@)/g;

/**
 * A value as an error may show it: at most 200 characters long, without secrets. Errors are written to
 * logs and shown on screens where a secret must not turn up.
 */
export function shownValue(path: readonly (string | number)[], value: unknown): unknown {
  if (value === undefined) return undefined;
  if (path.some((part) => SECRET_NAME.test(String(part)))) return HIDDEN;
  if (typeof value === "string") return shownText(value);
  // JSON has no infinity and would make it null.
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  const json = JSON.stringify(value, hideSecrets);
  if (json === undefined) return undefined;
  // A name with half a surrogate pair, which many parsers choke on, is shown inside a text.
  return json.length <= MAX_SHOWN && !LONE_HALF.test(json) ? JSON.parse(json) : shownText(json);
}

/** A text of any length, cut and without secrets; of half a surrogate pair nothing is left but U+FFFD. */
export function shownText(text: string): string {
  // Cut first, with room for a secret that crosses the end, so that long texts cost little.
  const shown = text.slice(0, 8 * MAX_SHOWN).replace(SECRET_TEXT, HIDDEN);
  if (shown.length <= MAX_SHOWN) return shown.toWellFormed();
  return `${shown
    .slice(0, MAX_SHOWN - 1)
    .replace(CUT_PAIR, "")
    .toWellFormed()}…`;
}

function hideSecrets(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name)) return HIDDEN;
  return typeof value === "string" ? shownText(value) : value;
}
