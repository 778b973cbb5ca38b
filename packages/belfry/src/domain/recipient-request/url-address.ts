import type { TextForm } from "./reading.ts";

/** A URL that a message can be posted to. @param schemes such as `https:` */
export function urlAddress(...schemes: readonly string[]): TextForm {
  const names = schemes.map((scheme) => scheme.replace(":", "")).join(" or ");
  const allowed = `an absolute ${names} URL without a user name, such as https://example.com/hook`;
  return (text) => {
    const url = URL.parse(text);
    if (!url || /\s/.test(text)) return { ok: false, message: "is not a URL", allowed };
    if (!schemes.includes(url.protocol))
      return { ok: false, message: `has the scheme ${url.protocol}`, allowed };
    if (url.username !== "" || url.password !== "")
      return { ok: false, message: "holds a user name or a password", allowed };
    return { ok: true, value: text };
  };
}
