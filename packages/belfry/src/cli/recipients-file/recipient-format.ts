import { usageFailure } from "../exit-code.ts";

export const FORMATS = ["csv", "ndjson", "vcard"] as const;
export type Format = (typeof FORMATS)[number];

const ENDINGS: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "csv",
  txt: "csv",
  ndjson: "ndjson",
  jsonl: "ndjson",
  vcf: "vcard",
  vcard: "vcard",
};

/** The format of a file by its name. @throws CommandFailure if it says none */
export function formatOf(file: string | undefined): Format {
  const ending = /\.(\w+)$/.exec(file ?? "")?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(ENDINGS, ending) ? ENDINGS[ending] : undefined;
  if (format) return format;
  throw usageFailure(`say what the file holds: --format ${FORMATS.join(", --format ")}`);
}
