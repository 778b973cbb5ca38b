/** The texts of an array parameter, as PostgreSQL reads them: `{"a","b",NULL}`. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (const value of values) {
    if (text.length > 1) text += ",";
    text += value === null ? "NULL" : `"${SPECIAL.test(value) ? value.replace(SPECIALS, "\\$&") : value}"`;
  }
  return `${text}}`;
}

/**
 * Texts without line breaks, such as ids and JSON, one a line: most of them are full of quotes, which an
 * array would have to escape. An empty line is NULL; if all are, there is none: `unnest` fills up the shorter
 * of its lists with NULL, and has less to read.
 */
export function lineArray(values: readonly (string | null)[]): string {
  if (values.every((value) => value === null)) return "";
  // What is null is joined as nothing.
  return values.join("\n");
}

/** Numbers and booleans need no quotes: `{1,NULL,true}`. */
export function plainArray(values: readonly (number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}

const SPECIAL = /["\\]/;
const SPECIALS = /["\\]/g;

/** How a column of a set is made of its rows. */
export interface Column<Item> {
  array(items: readonly Item[]): string;
  /** SQL that makes an array of it, where it is none by itself; `$` stands for the parameter. */
  sql?: string;
}

/** A column of texts. */
export function texts<Item>(of: (item: Item) => string | null): Column<Item> {
  return { array: (items) => textArray(items.map(of)) };
}

/** A column of texts that have no line breaks and are not empty: ids, and JSON as JSON.stringify writes it. */
export function lines<Item>(of: (item: Item) => string | null): Column<Item> {
  return {
    array: (items) => lineArray(items.map(of)),
    sql: "string_to_array($::text, E'\\n', '')",
  };
}

/** A column of numbers or booleans. */
export function plain<Item>(of: (item: Item) => number | boolean | null): Column<Item> {
  return { array: (items) => plainArray(items.map(of)) };
}
