/** The texts of an array parameter, as PostgreSQL reads them: `{"a","b",NULL}`. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (const value of values) {
    if (text.length > 1) text += ",";
    text += value === null ? "NULL" : `"${SPECIAL.test(value) ? value.replace(SPECIALS, "\\$&") : value}"`;
  }
  return `${text}}`;
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
}

/** A column of texts. */
export function texts<Item>(of: (item: Item) => string | null): Column<Item> {
  return { array: (items) => textArray(items.map(of)) };
}

/** A column of numbers or booleans. */
export function plain<Item>(of: (item: Item) => number | boolean | null): Column<Item> {
  return { array: (items) => plainArray(items.map(of)) };
}
