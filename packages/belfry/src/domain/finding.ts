/** What one check of an installation found. */
export interface Finding {
  /** What was looked at, in a word or two: `disk`. */
  check: string;
  /** `warn`: it works, but should be mended; `fail`: it does not work. */
  status: "ok" | "warn" | "fail";
  text: string;
  /** What to do about it. */
  mend?: string;
}
