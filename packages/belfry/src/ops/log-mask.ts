const HIDDEN = "(hidden)";

/** Secrets that Belfry makes or is sent, recognised by their form. */
const SECRET_FORMS = /\bwhsec_[A-Za-z0-9+/=]+|\bbel_[A-Za-z0-9]{16,}|\bBearer\s+[^\s"',\\]+/g;

/**
 * Hides secrets in lines of JSON.
 *
 * @param secrets values to hide besides those that are known by their form; those that are added to it
 *   later are hidden from then on
 */
export function createMask(secrets: readonly string[]): (line: string) => string {
  let values: string[] = [];
  let known = 0;
  return (line) => {
    if (known !== secrets.length) {
      known = secrets.length;
      values = secrets.filter((secret) => secret !== "").map(asInJson);
    }
    let masked = line.replace(SECRET_FORMS, HIDDEN);
    for (const value of values) masked = masked.replaceAll(value, HIDDEN);
    return masked;
  };
}

/** As it stands inside a JSON string, where quotes and backslashes are escaped. */
function asInJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}
