const OPEN_METRICS = "application/openmetrics-text";
const TEXT = "text/plain";

/**
 * Whether a scraper prefers OpenMetrics to Prometheus' own text, which is for everyone else.
 *
 * @param accept its `Accept` header (RFC 9110 §12.5.1)
 */
export function prefersOpenMetrics(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const quality = qualityIn(accept);
  return quality(OPEN_METRICS) > 0 && quality(OPEN_METRICS) >= quality(TEXT);
}

/** The best quality with which a header names a type; 0 if it does not. */
function qualityIn(accept: string): (type: string) => number {
  const ranges = accept.split(",").map((range) => {
    const [type = "", ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const quality = Number(parameters.find((parameter) => parameter.startsWith("q="))?.slice(2) ?? 1);
    return { type, quality };
  });
  return (wanted) =>
    Math.max(0, ...ranges.filter(({ type }) => type === wanted).map(({ quality }) => quality));
}

/**
 * Prometheus' text as OpenMetrics 1.0: a counter's family is named without `_total`, bounds of buckets
 * are floats, no line is empty, and the end is marked. The library's own way renames the counters for good,
 * so that one process could not serve both.
 */
export function toOpenMetrics(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  const counters = new Set(lines.flatMap((line) => /^# TYPE (\S+)_total counter$/.exec(line)?.[1] ?? []));
  const renamed = lines.map((line) => {
    const [, keyword, family, rest] = /^# (HELP|TYPE) (\S+)_total (.*)$/.exec(line) ?? [];
    if (family !== undefined && counters.has(family)) return `# ${keyword} ${family} ${rest}`;
    return line.replace(/([{,]le=")(\d+)"/, '$1$2.0"');
  });
  return [...renamed, "# EOF", ""].join("\n");
}
