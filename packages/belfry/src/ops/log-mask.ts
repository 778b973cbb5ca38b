const HIDDEN = "(hidden)";

/** Secrets that Belfry makes or is sent, recognised by their form. */
const SECRET_FORMS = /\bwhsec_[A-Za-z0-9+/=]+|\bbel_[A-Za-z0-9]{16,}|\bBearer\s+[^\s"',\\]+/g;

/**
 * Hides secrets in lines of JSON.
 *
 * @param secrets values to hide besides those that are known by their form
 */
export function createMask(secrets: readonly string[]): (line: string) => string {
  // As they stand inside a JSON string, where quotes and backslashes are escaped.
  const values = secrets
    .filter((secret) => secret !== "")
    .map((secret) => JSON.stringify(secret).slice(1, -1));
  return (line) => {
    let masked = line.replace(SECRET_FORMS, HIDDEN);
    for (const value of values) masked = masked.replaceAll(value, HIDDEN);
    return masked;
  };
}
