/** One line of a family. */
export interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** A metric as a scraper reads it. */
export interface Family {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

const TYPES = ["counter", "gauge", "histogram", "summary"];
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/;
const SAMPLE = /^([^{\s]+)(?:\{(.*)\})? (\S+)$/;
/** What a sample may add to the name of its family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/**
 * Reads Prometheus' text format 0.0.4 and forgives nothing.
 *
 * @throws Error naming the line or the family that is wrong
 */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("Cannot read the metrics: the last line has no end");
  const families = new Map<string, Family>();
  let family: Family | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    if (line.startsWith("# HELP ")) family = beginFamily(line, families);
    else if (!family) throw new Error(`Cannot read "${line}": it stands before every family`);
    else if (line.startsWith("# TYPE ")) family.type = readType(line, family);
    else family.samples.push(readSample(line, family));
  }
  for (const one of families.values()) checkFamily(one);
  return families;
}

function beginFamily(line: string, families: Map<string, Family>): Family {
  const [, name = "", help = ""] = /^# HELP (\S+) (.+)$/.exec(line) ?? [];
  if (!NAME.test(name) || help === "") throw new Error(`Cannot read "${line}": it names no family`);
  if (families.has(name)) throw new Error(`Cannot read "${line}": the family was there before`);
  const family: Family = { name, help, type: "", samples: [] };
  families.set(name, family);
  return family;
}

function readType(line: string, family: Family): string {
  const [, name, type = ""] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
  const isFirst = family.type === "" && family.samples.length === 0;
  if (name !== family.name || !TYPES.includes(type) || !isFirst)
    throw new Error(`Cannot read "${line}": it is not the type of ${family.name}`);
  return type;
}

function readSample(line: string, family: Family): Sample {
  const [, name = "", labels = "", text = ""] = SAMPLE.exec(line) ?? [];
  const suffixes = SUFFIXES[family.type] ?? [];
  if (!suffixes.some((suffix) => name === `${family.name}${suffix}`))
    throw new Error(`Cannot read "${line}": it is no sample of ${family.name}`);
  return { name, labels: readLabels(labels, line), value: readValue(text, line) };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = text;
  while (rest !== "") {
    const [all = "", name = "", value = ""] = LABEL.exec(rest) ?? [];
    if (all === "" || name in labels) throw new Error(`Cannot read the labels of "${line}" at "${rest}"`);
    labels[name] = value;
    rest = rest.slice(all.length);
  }
  return labels;
}

function readValue(text: string, line: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]Inf$/.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`Cannot read "${line}": its value is no number`);
  return value;
}

function checkFamily(family: Family): void {
  const { name, type, samples } = family;
  const refuse = (why: string): never => {
    throw new Error(`Cannot take ${name}: ${why}`);
  };
  if (type === "") refuse("it has no type");
  const series = samples.map((sample) => `${sample.name} ${keyOf(sample.labels)}`);
  if (new Set(series).size < series.length) refuse("a series is there twice");
  if (type === "counter" && !name.endsWith("_total")) refuse("a counter's name ends in _total");
  if (type === "counter" && samples.some(({ value }) => !(value >= 0))) refuse("a counter is negative");
  if (type === "histogram") checkBuckets(family, refuse);
}

function keyOf(labels: Sample["labels"], without = ""): string {
  const entries = Object.entries(labels).filter(([name]) => name !== without);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Buckets are in order, hold what those below hold, and the last holds all. */
function checkBuckets({ name, samples }: Family, refuse: (why: string) => never): void {
  const of = (suffix: string): Sample[] => samples.filter((sample) => sample.name === `${name}${suffix}`);
  const groups = Map.groupBy(of("_bucket"), ({ labels }) => keyOf(labels, "le"));
  for (const [key, buckets] of groups) {
    const bounds = buckets.map(({ labels }) => readValue(labels.le ?? "", name));
    if (bounds.some((bound, i) => i > 0 && bound <= (bounds[i - 1] ?? Infinity))) refuse("bounds fall");
    if (buckets.some(({ value }, i) => value < (buckets[i - 1]?.value ?? 0))) refuse("buckets fall");
    const counts = of("_count").filter(({ labels }) => keyOf(labels) === key);
    if (bounds.at(-1) !== Infinity || counts.length !== 1 || counts[0]?.value !== buckets.at(-1)?.value)
      refuse("the last bucket does not hold all");
    if (of("_sum").filter(({ labels }) => keyOf(labels) === key).length !== 1) refuse("there is no one sum");
  }
  if (of("_count").length !== groups.size) refuse("there are counts without buckets");
}
